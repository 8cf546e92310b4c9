"""Pages about who may open what."""
