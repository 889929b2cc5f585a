"""Quotations in the reader's language: put there by a translator, held to the original by checks, and shown above it."""
