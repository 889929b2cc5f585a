"""Bot: hold the conversation in Telegram."""
