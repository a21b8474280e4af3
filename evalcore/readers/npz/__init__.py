"""Runs as NumPy arrays in one file."""
