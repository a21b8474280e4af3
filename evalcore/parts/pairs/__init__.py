"""Scores as pairs: the best few concepts of each input, as lists or as one row for each pair."""
