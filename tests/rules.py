#!/usr/bin/env python3
"""The house rules that a script can check. Usage: rules.py [SOURCE_FOLDER]

Each rule is a function that yields what breaks it, as `file:line: what, and what to do`.
They are heuristics over text: a rule that is in the way of good code is to be changed here, in the open.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent).resolve()

# Lower rows know nothing of higher ones.
ROWS = ["ground", "things", "edges", "doing", "cli"]

# What may be included only here: the pattern of the include, and the pattern of the files that may.
ONE_PLACE = [
    (r"<httplib\.h>", r"lib/edges/client\.cpp"),
    (r"<boost/", r"lib/edges/server(_\w+)?\.(cpp|h)"),
    (r"<openssl/", r"lib/ground/(crypto|certificate)\.cpp|lib/edges/\w+\.cpp"),
    (r"<CLI/", r"cli/.*"),
    (r"<toml\+\+/", r"cli/configuration\.cpp"),
    (r"<zlib\.h>", r"lib/things/diagnosis/inflate\.cpp"),
    (r"<utf8proc\.h>", r"lib/things/diagnosis/normalisation\.cpp"),
]

# What lib/ leaves to the command line, and why.
IMPURE = [
    (r"\bstd::(cout|cerr|clog|cin)\b|\b(std::)?(printf|fprintf|puts|fputs|putchar|perror)\s*\(|\bfmt::print", "prints"),
    (r"\b(std::|secure_)?(getenv|setenv|putenv)\s*\(", "reads the environment"),
    (r"\b(std::)?(exit|_exit|quick_exit|abort|terminate)\s*\(", "ends the program"),
    (r"\bsystem_clock::now\b|\b(std::)?time\s*\(\s*(nullptr|NULL|0)|\bgettimeofday\b|\bclock_gettime\b", "reads the clock"),
]

TOP_LEVEL = {
    "CMakeLists.txt", "CMakePresets.json", "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md",
    "cli", "cmake", "completions", "fixtures", "lib", "tests",
}

CPP_LINES, H_LINES = 350, 120


def tracked_files():
    """The files of the project; where there is no git, all files but the build's."""
    command = ["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, capture_output=True, check=True).stdout
        names = [name for name in listed.decode().split("\0") if name]
    except (FileNotFoundError, subprocess.CalledProcessError):
        names = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if path.is_file()]
        names = [name for name in names if not re.match(r"build/|\.git/|.*__pycache__/|.*node_modules/", name)]
    return sorted(name for name in names if (ROOT / name).is_file())


FILES = tracked_files()


def read(name):
    return (ROOT / name).read_text(encoding="utf-8", errors="replace")


def sources(*folders):
    return [name for name in FILES if name.startswith(tuple(f"{folder}/" for folder in folders))
            and name.endswith((".cpp", ".h"))]


TOKEN = re.compile(r"""
    (?P<comment>//[^\n]*|/\*.*?\*/)
  | (?P<string>R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])*')
""", re.S | re.X)


def without(text, *kinds):
    """The text with comments, or strings, or both blanked; line numbers stay."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match[0]) if any(match[kind] for kind in kinds) else match[0]
    return TOKEN.sub(blank, text)


def lines_matching(name, pattern, *blanked):
    for number, line in enumerate(without(read(name), *blanked).split("\n"), 1):
        if re.search(pattern, line):
            yield f"{name}:{number}", line.strip()


def includes_of(name):
    for number, line in enumerate(without(read(name), "comment").split("\n"), 1):
        if match := re.match(r'\s*#\s*include\s*([<"][^>"]+[>"])', line):
            yield number, match[1]


def third_parties_in_one_place():
    for name in sources("lib", "cli"):
        for number, include in includes_of(name):
            for what, where in ONE_PLACE:
                if re.match(what, include) and not re.fullmatch(where, name):
                    yield f"{name}:{number}: {include} is for {where} alone"
    for name in sources("lib", "cli"):
        if name.startswith("cli/console"):
            continue
        for place, line in lines_matching(name, r"\\(033|x1[bB]|e)\[", "comment"):
            yield f"{place}: colour is the console's business: {line}"
        for place, line in lines_matching(name, r"\bisatty\s*\(", "comment") if name != "cli/main.cpp" else ():
            yield f"{place}: what the terminal is, main.cpp says: {line}"


def row_of(module):
    return ROWS.index(module.split("/")[0])


def module_of(name):
    """`lib/ground/url.h` and `.cpp` are the module `ground/url`; `cli/app.cpp` is `cli/app`.
    A header `server_session.h` beside `server.h` and without a `.cpp` is a part of `server`.
    What is in a folder `diagnosis/` beside `diagnosis.h` are modules of their own, for `diagnosis` alone."""
    stem = name.rsplit(".", 1)[0]
    whole = stem.rsplit("_", 1)[0]
    if whole != stem and f"{whole}.h" in FILES and f"{stem}.cpp" not in FILES:
        stem = whole
    return re.sub(r"^lib/", "", stem)


def is_part(name):
    return module_of(name) != re.sub(r"^lib/|\.\w+$", "", name)


def includes_point_down():
    graph = {}
    for name in sources("lib", "cli"):
        module = module_of(name)
        if module.split("/")[0] not in ROWS:
            yield f"{name}: lib/ has the folders {', '.join(ROWS[:-1])} and no other"
            continue
        for number, include in includes_of(name):
            target = include[1:-1]
            if include[0] == "<" or target.startswith("embedded/"):
                continue
            file = f"lib/{target}" if target.split("/")[0] in ROWS[:-1] else f"cli/{target}"
            if file.startswith("cli/") and not module.startswith("cli/"):
                yield f'{name}:{number}: {include} is not named from lib/, as "ground/url.h" is'
                continue
            target = module_of(file)
            if module == target or module.startswith(f"{target}/"):
                continue
            if is_part(file):
                yield f"{name}:{number}: {file} is a part of {target} and for it alone"
            inside = target.rsplit("/", 1)[0]
            if f"lib/{inside}.h" in FILES and module != inside and not module.startswith(f"{inside}/"):
                yield f"{name}:{number}: {target} is for {inside} alone"
            if row_of(target) > row_of(module):
                yield f"{name}:{number}: {module} must not know {target}, which is above it"
            if {module, target} == {"edges/client", "edges/server"}:
                yield f"{name}:{number}: client and server do not know each other"
            graph.setdefault(module, {})[target] = f"{name}:{number}"
    yield from cycles(graph)


def cycles(graph):
    done = set()

    def visit(module, path):
        if module in path:
            cycle = path[path.index(module):] + [module]
            yield f"{graph[path[-1]][module]}: these include each other: {' → '.join(cycle)}"
            return
        if module in done:
            return
        for target in graph.get(module, {}):
            yield from visit(target, path + [module])
        done.add(module)

    for module in list(graph):
        yield from visit(module, [])


def type_names_are_unique():
    """Two types of one name in the namespace are one to the linker, which takes the functions of either."""
    found = {}
    for name in sources("lib", "cli"):
        if not name.endswith(".h"):
            continue
        for place, line in lines_matching(name, r"^(class|struct|enum class) \w+[^;]*$", "comment", "string"):
            type_name = re.match(r"(?:enum class|class|struct) (\w+)", line)[1]
            if type_name in found:
                yield f"{place}: {type_name} is also the name of another type, at {found[type_name]}"
            found.setdefault(type_name, place)


def the_library_is_pure():
    for name in sources("lib"):
        for pattern, why in IMPURE:
            for place, line in lines_matching(name, pattern, "comment", "string"):
                yield f"{place}: lib/ never {why}: {line}"


# A MAC or digest by its name (not how many, how long, which kind, or whether there is one) next to == or !=.
MAC = r"\b(?!macs|macro|digests)\w*(?<![a-z])(mac|hmac|digest)(?![a-z]|_(size|length|count|name))\w*(\([^()]*\)|(\.|->)(bytes|data)(\(\))?|\[\w+\])?\)?"
NOT_BYTES = r"(?!\s*(nullptr|std::nullopt|\d|\w+(\.|->|::)(end|cend|npos|size)\b))"
COMPARISON = rf"{MAC}\s*[!=]=(?!=){NOT_BYTES}|[^!=<>][!=]=\s*(\w+(\.|->|::))*{MAC}\s*[);&|?]"


def macs_are_compared_in_constant_time():
    for name in sources("lib", "cli"):
        known_to_edges = name.startswith("lib/edges/")  # sockets and addresses, no MACs
        for place, line in lines_matching(name, r"\bmemcmp\s*\(", "comment", "string") if not known_to_edges else ():
            yield f"{place}: compare with equal_constant_time, or with == what is not a MAC: {line}"
        for place, line in lines_matching(name, COMPARISON, "comment", "string"):
            yield f"{place}: MACs are compared with equal_constant_time: {line}"
        if name != "lib/ground/crypto.cpp":
            for place, line in lines_matching(name, r"\bCRYPTO_memcmp\b", "comment", "string"):
                yield f"{place}: CRYPTO_memcmp is what equal_constant_time is made of: {line}"


def test_titles_have_no_semicolon():
    """CMake's lists are parted by semicolons: ctest would run two tests that do not exist, and Catch2 2 calls it a pass."""
    for name in [name for name in FILES if name.startswith("tests/") and name.endswith(".cpp")]:
        text = without(read(name), "comment")
        for match in re.finditer(r'\b(TEST_CASE|SCENARIO|TEMPLATE_TEST_CASE)\s*\(\s*((?:"(?:\\.|[^"\\])*"\s*)+)', text):
            if ";" in match[2]:
                yield f"{name}:{text.count(chr(10), 0, match.start()) + 1}: no ';' in a test's title: {match[2].strip()}"


def the_top_level_is_small():
    for entry in sorted({name.split("/")[0] for name in FILES}):
        if not entry.startswith(".") and entry not in TOP_LEVEL:
            yield f"{entry}: the top level holds {', '.join(sorted(TOP_LEVEL))}, and nothing else"
    for name in FILES:
        if name.startswith(("lib/", "cli/")):
            for part in pathlib.PurePath(name).with_suffix("").parts:
                if re.fullmatch(r"utils?|common|helpers?|misc|types", part):
                    yield f"{name}: '{part}' says nothing; name what it is"


def files_are_short():
    for name in sources("lib", "cli"):
        limit = H_LINES if name.endswith(".h") and not is_part(name) else CPP_LINES
        count = read(name).count("\n")
        if count > limit:
            yield f"{name}: {count} lines, at most {limit}; does it hold one idea?"


def texts_are_fit_to_publish():
    machine = r"(?<![\w.~:])/(home|Users|root|work)/\w"
    leftover = r"\b(TODO|FIXME|XXX|HACK)\b"
    origin = r"[Cc]o-[Aa]uthored-[Bb]y|\b[Gg]enerated (by|with) [A-Z]"
    for name in FILES:
        if name == "tests/rules.py" or name.startswith(("fixtures/", "tests/vectors/", "tests/fuzz/corpus/")):
            continue
        is_tap = re.fullmatch(r"lib/doing/report/tap\.cpp|tests/(report_\w+\.cpp|reports\.h|blackbox/report_test\.py)", name)  # where TODO is a directive
        for place, line in lines_matching(name, f"{machine}|{origin}" if is_tap else f"{machine}|{leftover}|{origin}"):
            yield f"{place}: does not belong into a published file: {line[:100]}"


RULES = [
    third_parties_in_one_place,
    includes_point_down,
    type_names_are_unique,
    the_library_is_pure,
    macs_are_compared_in_constant_time,
    test_titles_have_no_semicolon,
    the_top_level_is_small,
    files_are_short,
    texts_are_fit_to_publish,
]


def main():
    broken = 0
    for rule in RULES:
        findings = list(rule())
        print(f"{'FAIL' if findings else 'ok  '} {rule.__name__.replace('_', ' ')}")
        for finding in findings:
            print(f"     {finding}")
        broken += len(findings)
    print(f"{broken} to mend in {len(FILES)} files" if broken else f"all rules hold in {len(FILES)} files")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
