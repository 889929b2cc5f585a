"""The reader: a small network that reads a question with a piece of an article, and says whether and where it is answered."""
