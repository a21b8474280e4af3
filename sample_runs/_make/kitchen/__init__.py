"""The kitchen run: drawn pictures, real pixel features, a real cross-validated classifier."""
