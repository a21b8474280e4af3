"""The Ground truth page: votes, disputes, agreement, audits, and what they do to the numbers."""
