"""Writes lib/things/diagnosis/normalisation_table.cpp from Python's Unicode data.

    python3 make_normalisation.py > ../../lib/things/diagnosis/normalisation_table.cpp

Canonical compositions of two characters of the basic plane, and the combining classes of the marks in them.
Left out: singletons, compatibility ideographs and characters beyond the basic plane; Hangul is computed.
"""
import unicodedata

pairs, marks = [], {}
for code in range(0xA0, 0x10000):
    parts = unicodedata.decomposition(chr(code)).split()
    if len(parts) != 2 or parts[0].startswith("<"):
        continue
    first, second = (int(p, 16) for p in parts)
    if first > 0xFFFF or second > 0xFFFF or unicodedata.normalize("NFC", chr(first) + chr(second)) != chr(code):
        continue
    pairs.append((first, second, code))
    for mark in (first, second):
        if unicodedata.combining(chr(mark)):
            marks[mark] = unicodedata.combining(chr(mark))
pairs.sort()


def rows(items, per_line):
    for i in range(0, len(items), per_line):
        print("    " + ", ".join(items[i:i + per_line]) + ",")


print('// Made by tests/vectors/make_normalisation.py from Unicode %s: do not edit.' % unicodedata.unidata_version)
print('#include "things/diagnosis/normalisation.h"\n\nnamespace alohook {\nnamespace {\n')
print("// clang-format off")
print("constexpr Composition pairs[] = {")
rows(["{0x%04X,0x%04X,0x%04X}" % p for p in pairs], 4)
print("};\n\nconstexpr CombiningClass classes[] = {")
rows(["{0x%04X,%d}" % m for m in sorted(marks.items())], 8)
print("};\n// clang-format on\n\n}  // namespace\n")
print("std::span<const Composition> compositions() { return pairs; }\n")
print("std::span<const CombiningClass> combining_classes() { return classes; }\n\n}  // namespace alohook")
