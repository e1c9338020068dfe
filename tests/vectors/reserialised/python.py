"""Re-serialises each of inputs.json with Python's json module: `style<TAB>input<TAB>hex` a line."""
import json
import sys

STYLES = {
    "python": {},
    "python-compact": {"separators": (",", ":")},
    "python-sorted": {"sort_keys": True},
    "python-compact-sorted": {"separators": (",", ":"), "sort_keys": True},
    "python-raw": {"ensure_ascii": False},
    "python-raw-compact": {"ensure_ascii": False, "separators": (",", ":")},
    "python-raw-sorted": {"ensure_ascii": False, "sort_keys": True},
    "python-raw-compact-sorted": {"ensure_ascii": False, "separators": (",", ":"), "sort_keys": True},
    "python-indent-2": {"indent": 2},
    "python-indent-4": {"indent": 4},
    "python-raw-indent-2": {"ensure_ascii": False, "indent": 2},
    "python-raw-indent-4": {"ensure_ascii": False, "indent": 4},
    "python-sorted-indent-2": {"sort_keys": True, "indent": 2},
    "python-sorted-indent-4": {"sort_keys": True, "indent": 4},
}

for name, text in json.load(open(sys.argv[1])):
    value = json.loads(text)
    for style, options in STYLES.items():
        try:
            out = json.dumps(value, **options).encode()
        except (UnicodeEncodeError, TypeError):  # a lone surrogate, or keys that can't be compared
            continue
        print(style, name, out.hex(), sep="\t")
    try:
        print("python-str", name, repr(value).encode().hex(), sep="\t")  # as str, but for a bare string
    except UnicodeEncodeError:
        pass
    print("python-bytes", name, str(text.encode()).encode().hex(), sep="\t")
