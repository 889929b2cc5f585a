"""Bytes of a web page, a PDF or a mail → what an article is made of."""
