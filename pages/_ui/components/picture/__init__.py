"""The component picture: its mount, script and style together."""
