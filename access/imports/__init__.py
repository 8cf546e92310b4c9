"""People with their access by template."""

from .residents import ResidentImporter

__all__ = ["ResidentImporter"]
