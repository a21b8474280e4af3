"""Functions of counts: metrics, intervals, exact binomial tails, production."""
