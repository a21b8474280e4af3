"""What every page stands in: navigation, frame, runs and the store."""
