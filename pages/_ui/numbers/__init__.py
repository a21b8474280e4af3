"""Numbers that are links, used by several pages."""
