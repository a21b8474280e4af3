"""Open Images label files."""
