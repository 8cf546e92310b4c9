"""Pages about accounts, a noun a module."""
