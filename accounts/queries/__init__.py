"""What this app can be asked, a noun a module."""
