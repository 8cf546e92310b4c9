"""Sites, buildings, units, residents and their managers."""
