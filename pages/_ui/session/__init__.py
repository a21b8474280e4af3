"""What a person has set, and the link that says it."""
