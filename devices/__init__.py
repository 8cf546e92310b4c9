"""The inventory: MAC library, intercoms, relays; and what we want of a device (DeviceSync, Command)."""
