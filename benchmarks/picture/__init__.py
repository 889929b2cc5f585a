"""The picture of a conversation that the README shows."""
