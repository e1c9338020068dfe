#!/bin/sh
# Re-serializes each of inputs.json with jq: `style<TAB>input<TAB>hex` a line.
count=$(jq length "$1")
for i in $(seq 0 $((count - 1))); do
  name=$(jq -r ".[$i][0]" "$1")
  jq -j ".[$i][1]" "$1" > text.json
  for style in jq:-c jq-pretty: jq-sorted:-cS jq-ascii:-ca; do
    if out=$(jq ${style#*:} . text.json 2> /dev/null | od -An -v -tx1 | tr -d ' \n') && [ -n "$out" ]; then
      printf '%s\t%s\t%s\n' "${style%%:*}" "$name" "${out%0a}"
    fi
  done
done
rm -f text.json
