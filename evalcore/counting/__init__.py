"""Every number at any threshold, looked up in an index that is built once."""
