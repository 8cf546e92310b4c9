"""Who may open what: groups, schedules, credentials, grants and the rights that follow."""
