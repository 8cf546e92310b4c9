"""What is written into the logs, and how long it stays."""

from .ingest import DoorNews, store_door_events
from .partitions import keep_partitions

__all__ = ["DoorNews", "keep_partitions", "store_door_events"]
