"""Price book, orders, subscriptions, entitlements."""
