"""What knows nothing of runs: folders, background work, JSON, things computed once."""
