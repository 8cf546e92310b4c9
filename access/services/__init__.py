"""Every change of who may open what; each tells the doors in its own transaction."""
