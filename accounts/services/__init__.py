"""Every write of this app, a noun a module."""
