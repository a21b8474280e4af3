"""The component follow: its mount, script and style together."""
