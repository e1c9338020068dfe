"""Re-serializes each of inputs.json with other JSON libraries for Python: `style<TAB>input<TAB>hex` a line."""
import json
import sys

import rapidjson
import ujson

for name, text in json.load(open(sys.argv[1])):
    for style, read, write in (("ujson", ujson.loads, ujson.dumps), ("rapidjson", rapidjson.loads, rapidjson.dumps)):
        try:
            print(style, name, write(read(text)).encode().hex(), sep="\t")
        except (ValueError, UnicodeError, OverflowError, RecursionError):
            continue
