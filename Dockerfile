# The product's own programs: web, worker, beat, ingest. PostgreSQL, Valkey and Mosquitto are others'.
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1

WORKDIR /srv/smartplus
COPY requirements.txt .
RUN pip install --require-hashes -r requirements.txt

COPY . .
# 1883 is the broker's own user: the folder of its accounts is shared with its container.
RUN useradd --uid 10001 --no-create-home smartplus \
    && install -d -o smartplus -g smartplus /var/lib/smartplus \
    && install -d -o 1883 -g 1883 /mosquitto/data \
    && python -m compileall -q .

USER smartplus
ENV VAR=/var/lib/smartplus
EXPOSE 8000
CMD ["python", "-m", "granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", \
     "--workers", "2", "--blocking-threads", "1", "--no-ws", "--no-access-log", "smartplus.wsgi:application"]
