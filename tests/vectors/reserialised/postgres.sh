#!/bin/sh
# Re-serializes each of inputs.json through PostgreSQL's jsonb: `style<TAB>input<TAB>hex` a line.
# PostgreSQL runs in single-user mode on a scratch directory. It refuses to run as root.
set -eu
bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
data=$(mktemp -d)
"$bin/initdb" -D "$data/db" --no-sync -E UTF8 --locale=C > /dev/null
# With -j a statement ends at a semicolon followed by an empty line.
python3 -I - "$1" > "$data/sql" <<'P'
import json, sys
for name, text in json.load(open(sys.argv[1])):
    quoted = text.replace("'", "''")
    for style, call in (("jsonb", "('%s'::jsonb)::text"), ("jsonb-pretty", "jsonb_pretty('%s'::jsonb)")):
        print("select 'row %s %s ' || encode(convert_to(%s, 'UTF8'), 'hex');\n" % (style, name, call % quoted))
P
"$bin/postgres" --single -j -D "$data/db" postgres < "$data/sql" 2> /dev/null |
  sed -n 's/.*"row \([^ ]*\) \([^ ]*\) \([0-9a-f]*\)".*/\1\t\2\t\3/p'
rm -rf "$data"
