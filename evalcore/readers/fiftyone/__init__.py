"""FiftyOne exports."""
