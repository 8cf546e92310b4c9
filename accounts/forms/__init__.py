"""What people type about accounts, a noun a module."""
