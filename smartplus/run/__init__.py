"""The whole product on one machine: `python -m smartplus.run demo`.

One small supervisor starts everything as its children: PostgreSQL, Valkey and an MQTT broker where
no URL names others, then the product's own programs. The tests and the bench start the same one.
"""
