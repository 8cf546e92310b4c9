"""What other apps, the broker and devices ask of the pushing machinery."""
