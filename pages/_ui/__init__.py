"""What the pages share: keys, state, loading, wording, panels and components."""
