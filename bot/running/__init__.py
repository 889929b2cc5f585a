"""How the bot is run: updates in, signals, ports, figures, logs."""
