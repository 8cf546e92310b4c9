"""Simulated devices: as many as asked for, in one process, each with a memory and a mind of its own.

Written from docs/protocol.md. Imports nothing of the portal but the protocol: what the portal does
wrong must not be done wrong here as well, or no test could fail. `python -m provisioning.simulator`.
"""
