"""Composed answers: a chat model words what search found, sentence by sentence; what a check rejects is not said."""
