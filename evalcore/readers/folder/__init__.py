"""The product's own format, step by step from files to a run."""
