#!/bin/sh
# The first minute with alohook, in one terminal: a listener receives a signed event and prints it.
# Usage: sh tests/first-minute.sh [PROGRAM]
set -eu

program=${1:-build/release/alohook}
folder=$(mktemp -d)
listener=
leave() {
  [ -z "$listener" ] || kill "$listener" 2>/dev/null || true
  rm -rf "$folder"
}
trap leave EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# The development secret is generated here, so that nothing is left behind.
export XDG_STATE_HOME="$folder"

say() { printf '\n$ %s\n' "$*"; }

say alohook listen
"$program" listen --port 0 --port-file "$folder/port" &
listener=$!
tries=0
until [ -s "$folder/port" ]; do
  kill -0 "$listener" 2>/dev/null || { wait "$listener"; exit 1; }
  tries=$((tries + 1))
  [ "$tries" -le 200 ] || { echo "first-minute: the listener did not get ready" >&2; exit 1; }
  sleep 0.05
done

say alohook send action_created
"$program" send action_created "http://127.0.0.1:$(cat "$folder/port")/"

say "kill -TERM (the listener)"
kill -TERM "$listener"
wait "$listener"
listener=
