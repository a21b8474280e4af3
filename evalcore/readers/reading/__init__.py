"""How a file is understood: what its owner means by columns, labels and blanks, or is asked."""
