"""How well search finds, answers and refuses: figures anyone can repeat, on data of their own too."""
