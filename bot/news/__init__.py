"""New articles: telling those who follow them, and taking in what operators send."""
