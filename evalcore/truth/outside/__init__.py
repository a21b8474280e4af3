"""Answers that come from elsewhere: read from files, checked, and taken over as votes."""
