"""HTTP that is safe for this machine and polite to the others."""
