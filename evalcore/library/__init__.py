"""Which runs there are, and which may be opened."""
