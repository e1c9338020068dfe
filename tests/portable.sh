#!/bin/sh
# What the archive's program must do on a system that has only the base of a distribution: receive a signed event and print
# it, resolve names, and find the system's certificates wherever they are. Writes below /etc, so it runs only in a root
# without certificates (`.ci/bare-root`).
# Usage: sh tests/portable.sh PROGRAM CERTIFICATES, a directory that tests/support/certificates.sh has filled
set -eu

program=$1
certificates=$2
here=$(dirname "$0")
folder=$(mktemp -d)
listener=
leave() {
  [ -z "$listener" ] || kill "$listener" 2>/dev/null || true
  rm -rf "$folder"
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
export XDG_STATE_HOME="$folder"

fail() {
  echo "portable: $1" >&2
  exit 1
}

bundles="/etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem
         /etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem /etc/ssl/cert.pem"
for file in $bundles /usr/lib/ssl/certs; do
  [ ! -e "$file" ] || fail "this system has certificates ($file), and its own are not to be replaced"
done

"$program" --version
sh "$here/first-minute.sh" "$program"

printf '\n$ alohook listen --tls-cert …\n'
"$program" listen --format quiet --port 0 --port-file "$folder/port" --tls-cert "$certificates/good.pem" --tls-key "$certificates/good.key" &
listener=$!
tries=0
until [ -s "$folder/port" ]; do
  kill -0 "$listener" 2>/dev/null || fail "the listener did not start"
  tries=$((tries + 1))
  [ "$tries" -le 200 ] || fail "the listener did not get ready"
  sleep 0.05
done

# send OUTCOME: sends an event to a name, not an address, so that it has to be resolved.
send() {
  code=0
  "$program" send action_created "https://localhost:$(cat "$folder/port")/" >"$folder/shown" 2>&1 || code=$?
  [ "$code" = "$1" ] || { cat "$folder/shown" >&2; fail "send exited with $code instead of $1"; }
}

send 3
grep 'this system has no trusted authorities (install the package ca-certificates, or use --cacert)' "$folder/shown" ||
  { cat "$folder/shown" >&2; fail "the message doesn't say that there are no certificates"; }
for file in $bundles; do
  mkdir -p "$(dirname "$file")"
  cp "$certificates/ca.pem" "$file"
  send 0
  rm "$file"
  send 3
done
SSL_CERT_FILE=$certificates/ca.pem send 0

kill -TERM "$listener"
wait "$listener"
listener=
echo "portable: all is well"
