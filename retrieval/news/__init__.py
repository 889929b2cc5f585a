"""What readers of news ask beside facts: what is new, what a story is about, what happened when, who says what; all told in quotations."""
