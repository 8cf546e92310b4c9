"""Reads for the pages of the pushing machinery."""
