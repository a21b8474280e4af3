"""The inputs behind a number."""
