"""The component words: its mount, script and style together."""
