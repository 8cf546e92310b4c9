"""Organisations, users, roles, capabilities, login, audit trail and email. Knows no site."""
