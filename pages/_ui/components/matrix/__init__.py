"""The component matrix: its mount, script and style together."""
