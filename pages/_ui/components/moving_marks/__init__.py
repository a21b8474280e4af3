"""The points and lines of charts that follow the threshold while it is dragged."""
