"""Browser components of our own: plain ES modules beside thin typed wrappers."""
