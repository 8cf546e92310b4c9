"""News from devices: taken off the wire in batches, written in sets, answered only when committed."""
