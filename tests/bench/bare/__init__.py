"""Programs that do the least that could do the job, with no code of the product.

Same client library, same quality of service, TCP_NODELAY, and the same simulated devices at the other
end. Each prints "ready", does its work, and prints its figures as JSON. `MQTT_URL` and `DATABASE_URL` say
where.
"""
