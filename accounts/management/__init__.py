"""Commands for people at the machine itself."""
