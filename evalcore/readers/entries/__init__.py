"""What the readers of exports share: inputs gathered entry by entry."""
