"""What a run is: inputs, labels, scores, images; made from arrays, saved, searched."""
