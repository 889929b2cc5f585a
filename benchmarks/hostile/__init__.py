"""Inputs made to break who reads them, and what becomes of them."""
