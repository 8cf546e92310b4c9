"""Dashboards, composed of panels of the apps."""
