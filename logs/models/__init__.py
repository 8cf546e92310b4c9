"""What devices told us."""

from .doors import DoorLog

__all__ = ["DoorLog"]
