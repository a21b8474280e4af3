"""Decisions on record, a section of the page Thresholds."""
