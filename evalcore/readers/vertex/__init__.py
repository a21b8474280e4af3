"""Vertex AI and AutoML batch predictions."""
