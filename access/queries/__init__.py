"""Reads: what devices must be told, who may open what, and what is proven."""
