"""Two runs, slices, truths or rules against each other, with how sure each difference is."""
