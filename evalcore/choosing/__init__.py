"""A threshold for a goal: the best, one for all, on inputs left out, with people in the loop."""
