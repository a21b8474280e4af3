"""Other layouts than one row per input, recognised and brought into that shape."""
