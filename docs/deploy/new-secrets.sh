#!/bin/sh
# Draw all secrets of an installation into ./secrets, once. Needs openssl.
#
#   sh docs/deploy/new-secrets.sh portal.example.com mqtt.example.com
#
# The first name is where people go, the second where devices connect. What is there already is kept,
# so it may be run again, for example after the broker's certificate was removed to renew it.
set -eu
umask 077
domain=${1:?the domain of the portal}
broker=${2:?the domain of the broker}
mkdir -p secrets
cd secrets

draw() { [ -s "$1" ] || openssl rand -base64 48 | tr '+/' '-_' | tr -d '=\n' > "$1"; }
write() { [ -s "$1" ] || printf '%s' "$2" > "$1"; }

for name in secret_key field_keys index_key postgres_password valkey_password mqtt_password sms_token; do draw "$name"; done
write database_url "postgresql://smartplus:$(cat postgres_password)@postgres/smartplus"
write redis_url "redis://:$(cat valkey_password)@valkey:6379"
write mqtt_url "mqtts://services:$(cat mqtt_password)@$broker:8883?ca=/run/secrets/mqtt_ca"
write email_url "smtp+tls://user:password@mail.$domain:587"

# An authority of our own for the broker: devices are given mqtt_ca, its key stays here.
if [ ! -s mqtt_ca ]; then
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 7300 \
    -subj "/CN=SmartPlus devices" -keyout mqtt_ca_key -out mqtt_ca 2> /dev/null
fi
if [ ! -s mqtt_certificate ]; then
  rm -f mqtt_key
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$broker" \
    -addext "subjectAltName=DNS:$broker" -keyout mqtt_key -out request 2> /dev/null
  printf 'subjectAltName=DNS:%s\nextendedKeyUsage=serverAuth\n' "$broker" > extensions
  openssl x509 -req -in request -CA mqtt_ca -CAkey mqtt_ca_key -CAcreateserial -days 1825 \
    -extfile extensions -out mqtt_certificate 2> /dev/null
  rm -f request extensions
fi
# The folder is closed; the files in it are handed to containers that run as users of their own.
chmod 644 ./*
chmod 400 mqtt_ca_key
echo "The secrets are in $(pwd). Put your mail server into email_url, what your SMS gateway asks for into sms_token, and keep a copy in a safe place:"
echo "without field_keys nobody can read the PINs in a backup."
