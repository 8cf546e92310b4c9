"""What templates need to know of devices."""
