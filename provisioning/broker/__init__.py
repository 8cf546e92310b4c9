"""Who may sign in at the MQTT broker and which topics are whose.

The rule, for both brokers: the account of a device is its MAC, which is also its client id. It
writes below `sp/1/up/<mac>/`, reads below `sp/1/down/<mac>/`, and nothing else. Services reach all
of `sp/1/`.
"""
