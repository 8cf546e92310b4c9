"""How state gets to a device and news from it: protocol, MQTT, AutoP, ingest, simulator."""
