"""Pages of the pushing machinery, and what devices fetch."""
