"""What the bot keeps of its chats, in a database of its own: questions, answers, choices, subscriptions, members."""
