"""Tables about people of a site."""

from .leases import LeaseImporter

__all__ = ["LeaseImporter"]
