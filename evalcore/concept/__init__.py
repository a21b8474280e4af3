"""One concept at every threshold: curves, the shape of its scores, the borderline."""
