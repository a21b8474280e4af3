"""Who says what an input shows: votes, agreement, what is settled, and what looks wrong."""
