"""The component table: its mount, script and style together."""
