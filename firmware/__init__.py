"""Images and rollouts."""
