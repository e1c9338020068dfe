"""Writes inputs.json: JSON texts that are hard to re-serialise, as a list of [name, text].

    python3 make_inputs.py > inputs.json
"""
import json
import random
import struct

INPUTS = {
    "event": '{"type":"action_created","action":{"actionId":91011,"title":"Leak in hall 3","done":false,"note":null}}',
    "challenge": '{\n    "challenge": "cad3d673-4965-44ae-b536-647142df97a7",\n    "type": "webhook_url_verification"\n}',
    "white-space": ' \t{"a" :1 ,\r\n "b":[ 1,2 ,\t3 ] , "c" : { "d" :"x y" } }\n',
    "non-ascii": '{"ALO":"ĀLO","é":"café","emoji":"😀👩‍👩‍👧","han":"漢字","zwsp":"a\u200bb","nbsp":"a\u00a0b","bom":"a\ufeffb","rtl":"\u202eabc"}',
    "separators": '{"ls":"a\u2028b","ps":"a\u2029b","nel":"a\u0085b"}',
    "html": '{"h":"<b>&\'=\\"</b>","u":"https://example.com/a?b=c&d=e","s":"a/b","e":"a\\/b"}',
    "escapes-lower": '{"a":"\\u00e9\\u003c\\u2028\\ud83d\\ude00","c":"\\b\\f\\n\\r\\t\\\\\\"","z":"\\u0000\\u001f\\u007f\\u000b\\u001b"}',
    "escapes-upper": '{"a":"\\u00E9\\u003C\\u2028\\uD83D\\uDE00","z":"\\u001F\\u007F","k\\u0041":"A\\u002FB"}',
    "delete-raw": '{"d":"a\x7fb"}',
    "interpolation": '{"r":"#{x} #$y #@z # {","q":"it\'s","both":"it\'s \\"so\\"","t":"${HOME} `x` %s %d"}',
    "integers": '[0,-0,1,-1,9007199254740991,9007199254740992,9007199254740993,-9007199254740993,'
                '9223372036854775807,9223372036854775808,-9223372036854775808,-9223372036854775809,'
                '18446744073709551615,18446744073709551616,123456789012345680000,100000000000000000000,'
                '1000000000000000000000,123456789012345678901234567890]',
    "floats": '[1.0,-1.0,0.0,-0.0,1E2,1e2,1.5E+3,1e-7,1e21,1e20,0.1,0.30000000000000004,1.10,100.0,123456.789,'
              '0.001,0.0001,0.00001,0.000001,0.0000001,9999999.0,10000000.0,12345678.9,1e15,1e16,1e17,1e18,1e22,'
              '123456789012345.6,1234567890123456.7,12345678901234567.8,1.7976931348623157e308,2.5e-310,'
              '5e-324,2.2250738585072014e-308,-1e-10,-1.5e300,4.35,0.5,1e5,1E05,1e-05,3.0e0]',
    "duplicates": '{"a":1,"b":2,"a":3,"c":{"x":1,"x":[],"y":2},"a":4,"\\u0062":5}',
    "integer-keys": '{"b":1,"2":"two","1":"one","a":0,"0":"zero","01":"no","-1":"no","1.5":"no","10":"ten",'
                    '"4294967294":"yes","4294967295":"no","":"empty"}',
    "list-like": '{"list":{"0":"a","1":"b"},"not":{"1":"a","0":"b"},"one":{"0":{}},"empty":{}}',
    "key-order": '{"b":1,"B":2,"ä":3,"a":4,"😀":5,"\uff5e":6,"aa":7,"_":8,"z":{"y":1,"x":{"w":1,"v":2}}}',
    "empties": '{"o":{},"a":[],"n":[[],[{}],{"x":{}},{"y":[]}],"s":"","nulls":[null,null],"null":null}',
    "lists": '[[1,2],[3,[4,[5]]],{"a":[{"b":1},{"c":2,"d":[]}]},"x",true,false,null]',
    "deep": "".join('{"d%d":[' % i for i in range(20)) + "1" + "]}" * 20,
    "top-string": '"plain / \\u00e9"',
    "top-number": "12.50",
    "top-null": "null",
    "top-empty-object": "{}",
    "top-empty-array": " [ ] ",
    "lone-surrogates": '{"a":"x\\ud800y","b":"\\udc00","c":"\\ud83d\\ud83d\\ude00"}',
}


def doubles():
    """Seventeen digits of doubles from all over the range: the shortest form has to be found."""
    source = random.Random(20261123)
    values = []
    while len(values) < 120:
        value = struct.unpack("<d", source.randbytes(8))[0]
        if value == value and abs(value) != float("inf"):
            values.append("%.17g" % value)
    values += ["%.17g" % source.uniform(-1e7, 1e7) for _ in range(60)]
    values += ["%.17g" % (source.random() * 10.0 ** source.randint(-8, 25)) for _ in range(120)]
    return "[" + ",".join(v if "." in v or "e" in v else v + ".0" for v in values) + "]"


INPUTS["doubles"] = doubles()

print("[")
print(",\n".join(json.dumps([name, text]) for name, text in INPUTS.items()))
print("]")
