"""What Dépêche is measured against: a script each, run by a Python that has what it needs, and nothing of ours."""
