"""Chat models: the one in this process, those a reader names, and what can go wrong with them."""
