"""The component gallery: its mount, script and style together."""
