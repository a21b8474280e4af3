"""Tables of inputs and concepts, or of concepts and concepts, of which few cells hold anything.

A model of 20,000 concepts that returns its best 20 scores fills one cell in a thousand. What is
here is asked as an array is, and never makes one of all cells.
"""
