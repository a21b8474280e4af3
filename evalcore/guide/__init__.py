"""How to read an evaluation and run a workshop, in sentences with the run's own numbers."""
