"""What receivers use as the body when they compute the MAC over something other than the received bytes."""
import base64
import json
import unicodedata


class NotJson(ValueError):
    pass


def parsed(body, **options):
    try:
        return json.loads(body.decode("utf-8-sig"), **options)
    except (ValueError, RecursionError) as error:
        raise NotJson from error


def compact(value, **options):
    return json.dumps(value, separators=(",", ":"), **options).encode("utf-8", "surrogatepass")


def javascript_number(text):
    """Returns a double as JavaScript writes it."""
    number = float(text)
    return str(int(number)) if number == int(number) and abs(number) < 1e21 else repr(number)


def javascript(value):
    """JSON.stringify(JSON.parse(body)): keys that look like an index come first, in numerical order."""
    if isinstance(value, dict):
        keys = sorted((key for key in value if is_index(key)), key=int) + [key for key in value if not is_index(key)]
        return "{" + ",".join(json.dumps(key, ensure_ascii=False) + ":" + javascript(value[key]) for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(javascript, value)) + "]"
    if isinstance(value, Number):
        return javascript_number(value.text)
    return json.dumps(value, ensure_ascii=False)


def is_index(key):
    return key.isascii() and key.isdigit() and str(int(key)) == key and int(key) < 2**32 - 1


class Number:
    def __init__(self, text):
        self.text = text


def from_javascript(body):
    return javascript(parsed(body, parse_int=Number, parse_float=Number)).encode("utf-8", "backslashreplace")


def whole(text):
    """Returns a number without a zero fraction."""
    number = float(text)
    return int(number) if number == int(number) else number


def from_go(body):
    value = parsed(body, parse_int=whole, parse_float=whole)
    text = compact(value, ensure_ascii=False, sort_keys=True).decode("utf-8", "replace")
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.encode()


def from_php(body):
    return compact(parsed(body, parse_float=whole)).replace(b"/", b"\\/")


FORMS = {
    "body-by-javascript": from_javascript,
    "body-by-python": lambda body: json.dumps(parsed(body)).encode(),
    "body-by-python-compact": lambda body: compact(parsed(body)),
    "body-by-ruby": lambda body: compact(parsed(body), ensure_ascii=False),
    "body-by-php": from_php,
    "body-by-go": from_go,
    "body-sorted": lambda body: compact(parsed(body), ensure_ascii=False, sort_keys=True),
    "body-pretty": lambda body: json.dumps(parsed(body), indent=2, ensure_ascii=False).encode("utf-8", "surrogatepass"),
    "body-as-python-text": lambda body: str(parsed(body)).encode("utf-8", "surrogatepass"),
    "body-stripped": lambda body: body.strip(b" \t\r\n"),
    "body-without-last-newline": lambda body: body[:-1] if body.endswith(b"\n") else body,
    "body-crlf-to-lf": lambda body: body.replace(b"\r\n", b"\n"),
    "body-newline-added": lambda body: body + b"\n",
    "body-latin-1": lambda body: body.decode("latin-1").encode(),
    "body-ascii-replaced": lambda body: body.decode("utf-8", "replace").encode("ascii", "replace"),
    "body-ascii-dropped": lambda body: body.decode("ascii", "ignore").encode(),
    "body-normalised": lambda body: unicodedata.normalize("NFC", body.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape"),
    "body-base64": base64.b64encode,
    "body-double-encoded": lambda body: json.dumps(body.decode("utf-8", "replace"), ensure_ascii=False).encode(),
    "body-empty": lambda body: b"",
    "body-object": lambda body: b"[object Object]",
}
