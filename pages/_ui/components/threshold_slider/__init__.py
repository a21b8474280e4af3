"""The component threshold_slider: its mount, script and style together."""
