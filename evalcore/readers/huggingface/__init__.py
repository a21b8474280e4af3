"""Hugging Face data sets and pipeline predictions."""
