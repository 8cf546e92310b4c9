"""What devices told us, and the pages of the audit trail."""
