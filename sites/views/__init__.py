"""Pages about places and people."""
