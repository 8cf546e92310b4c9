"""Pages about devices, relays, commands and the MAC library."""
