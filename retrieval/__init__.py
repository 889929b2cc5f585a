"""Retrieval: turn a Question into an Answer. Imports neither `ingest` nor `bot`."""
