"""Questions in a conversation: what leans on what went before is put so that it stands by itself."""
