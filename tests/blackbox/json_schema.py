"""Validates a value against a JSON Schema: with the jsonschema package if installed, otherwise by the keywords that ours
use."""
import math
import re

TYPES = {"object": dict, "array": list, "string": str, "number": (int, float), "integer": int, "null": type(None)}


def is_of(value, name):
    return isinstance(value, TYPES[name]) and not isinstance(value, bool)


def faults(value, schema, root, at="$"):
    """Yields descriptions of violations. An unknown keyword is an error, because it would be ignored."""
    sub = lambda one, where=at, what=None: list(faults(value if what is None else what[0], one, root, where))
    for keyword, wanted in schema.items():
        if keyword in ("$schema", "$defs", "title", "description"):
            continue
        elif keyword == "$ref":
            found = root
            for part in wanted.removeprefix("#/").split("/"):
                found = found[part]
            yield from sub(found)
        elif keyword == "type":
            if not any(is_of(value, name) for name in ([wanted] if isinstance(wanted, str) else wanted)):
                yield f"{at} is not {wanted}: {value!r:.80}"
        elif keyword == "const":
            if value != wanted or isinstance(value, bool):
                yield f"{at} is not {wanted!r}: {value!r:.80}"
        elif keyword == "enum":
            if value not in wanted:
                yield f"{at} is none of {wanted}: {value!r:.80}"
        elif keyword == "pattern":
            if isinstance(value, str) and not re.search(wanted, value):
                yield f"{at} does not match {wanted}: {value!r:.80}"
        elif keyword in ("minimum", "maximum"):
            sign = 1 if keyword == "minimum" else -1
            if is_of(value, "number") and not (math.isfinite(value) and sign * value >= sign * wanted):
                yield f"{at} breaks {keyword} {wanted}: {value}"
        elif keyword == "minLength":
            if isinstance(value, str) and len(value) < wanted:
                yield f"{at} is too short"
        elif keyword in ("minItems", "maxItems"):
            if isinstance(value, list) and (len(value) < wanted if keyword == "minItems" else len(value) > wanted):
                yield f"{at} breaks {keyword} {wanted}"
        elif keyword == "required":
            yield from (f"{at} has no {name}" for name in wanted if isinstance(value, dict) and name not in value)
        elif keyword == "properties":
            for name in wanted if isinstance(value, dict) else ():
                if name in value:
                    yield from sub(wanted[name], f"{at}.{name}", [value[name]])
        elif keyword == "additionalProperties":
            assert wanted is False
            yield from (f"{at} has the unknown {name}" for name in value if name not in schema["properties"])
        elif keyword == "items":
            for number, item in enumerate(value if isinstance(value, list) else ()):
                yield from sub(wanted, f"{at}[{number}]", [item])
        elif keyword == "allOf":
            for one in wanted:
                yield from sub(one)
        elif keyword in ("anyOf", "oneOf"):
            fitting = sum(not sub(one) for one in wanted)
            if fitting == 0 or (keyword == "oneOf" and fitting > 1):
                yield f"{at} fits {fitting} of {keyword}"
        elif keyword == "not":
            if not sub(wanted):
                yield f"{at} fits what it must not"
        else:
            raise AssertionError(f"the keyword {keyword} is not known here")


def check(value, schema):
    """Returns violations, one line each; empty if valid. If both validators exist, they must agree."""
    own = list(faults(value, schema, schema))
    try:
        import jsonschema
    except ImportError:
        return own
    judge = getattr(jsonschema, "Draft202012Validator", None)  # older releases only support older drafts
    if judge is None:
        return own
    theirs = [f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in judge(schema).iter_errors(value)]
    assert bool(own) == bool(theirs), (own, theirs)
    return own
