"""Ingest: turn whatever arrives into Articles in the Library."""
