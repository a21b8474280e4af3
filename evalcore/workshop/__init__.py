"""A workshop: who may do what, and what is asked, said and settled while people sit together."""
