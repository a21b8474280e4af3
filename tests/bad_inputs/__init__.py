"""What people give by mistake or on purpose, line by line, and what they are told."""
