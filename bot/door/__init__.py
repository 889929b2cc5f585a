"""Who may talk to the bot, and how fast."""
