"""Clarifai evaluations."""
