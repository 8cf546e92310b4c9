"""Devices, apartments and people by template."""

from .community import CommunityImporter
from .macs import MacImporter
from .office import OfficeImporter

__all__ = ["CommunityImporter", "MacImporter", "OfficeImporter"]
