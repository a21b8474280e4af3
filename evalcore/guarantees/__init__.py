"""A goal with confidence: thresholds that the data prove."""
