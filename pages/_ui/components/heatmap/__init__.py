"""The component heatmap: its mount, script and style together."""
