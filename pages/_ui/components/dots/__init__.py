"""The component dots: its mount, script and style together."""
