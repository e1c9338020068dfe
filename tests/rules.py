#!/usr/bin/env python3
"""The house rules that a script can check. Usage: rules.py [SOURCE_FOLDER]

Each rule is a function that yields what breaks it, as `file:line: what, and what to do`.
They are heuristics over text: a rule that is in the way of good code is to be changed here, in the open.
"""
import functools
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent).resolve()

# What each directory may include besides itself. A directory that is not named here is an error.
BASE = ["base"]
SIGNING = ["http", "json", "base"]
DIAGNOSIS = ["signing", *SIGNING]
JOURNAL = ["diagnosis", "events", "signing", "http", "json", "base"]
EVERYTHING = [
    "base", "json", "http", "http/client", "http/server", "signing", "events", "diagnosis", "sender", "journal",
    "receiver", "check", "report", "inspector",
]
MAY_INCLUDE = {
    "lib/base": [],
    "lib/json": BASE,
    "lib/http": BASE,
    "lib/http/client": ["http", *BASE],
    "lib/http/server": ["http", *BASE],
    "lib/signing": SIGNING,
    "lib/events": SIGNING,
    "lib/diagnosis": ["diagnosis/forms", "diagnosis/json", *DIAGNOSIS],
    "lib/diagnosis/forms": ["diagnosis", "diagnosis/json", *DIAGNOSIS],
    "lib/diagnosis/json": ["json", "base"],
    "lib/sender": ["events", *DIAGNOSIS],
    "lib/journal": JOURNAL,
    "lib/receiver": ["journal", "http/server", *JOURNAL],
    "lib/check": ["check/checks", "check/bodies", "receiver", "sender", "http/client", *JOURNAL],
    "lib/check/checks": ["check", "sender", *JOURNAL],
    "lib/check/bodies": ["diagnosis/forms", "base"],
    "lib/inspector": ["journal", "sender", "http/server", *JOURNAL],
    "lib/report": ["check", "diagnosis", "json", "base"],
    "cli/world": EVERYTHING,
    "cli/output": ["world", *EVERYTHING],
    "cli/help": ["output", "world", *EVERYTHING],
    "cli/options": ["help", "output", "world", *EVERYTHING],
    "cli": ["help", "options", "output", "world", *EVERYTHING],
}

# What may be included only here: the pattern of the include, and the pattern of the files that may.
ONE_PLACE = [
    (r"<httplib\.h>", r"tests/.*"),
    (r"<boost/", r"lib/http/server/\w+\.(cpp|h|ipp)"),
    (r"<openssl/", r"lib/base/(crypto\.cpp|openssl\.h)|lib/http/((client|server)/\w+|socket_bio)\.(cpp|ipp)"),
    (r"<CLI/", r"cli/help/command_app\.h"),
    (r"<toml\+\+/", r"cli/options/configuration\.cpp"),
    (r"<zlib\.h>", r"lib/diagnosis/inflate\.cpp"),
    (r"<utf8proc\.h>", r"lib/diagnosis/forms/normalization\.cpp|lib/base/columns\.cpp"),
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

CPP_LINES, H_LINES, DIRECTORY_FILES = 350, 120, 40


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


@functools.cache
def read(name):
    return (ROOT / name).read_text(encoding="utf-8", errors="replace")


def sources(*folders):
    return [name for name in FILES if name.startswith(tuple(f"{folder}/" for folder in folders))
            and name.endswith((".cpp", ".h", ".ipp"))]


TOKEN = re.compile(r"""
    (?P<comment>//[^\n]*|/\*.*?\*/)
  | (?P<string>R"(?P<mark>[^()\\\s]{0,16})\(.*?\)(?P=mark)"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])*')
""", re.S | re.X)


@functools.cache
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
        if name.startswith(("cli/output/console", "cli/world/keyboard")):
            continue
        for place, line in lines_matching(name, r"\\(033|x1[bB]|e)\[", "comment"):
            yield f"{place}: colour is the console's business: {line}"
        for place, line in lines_matching(name, r"\bisatty\s*\(", "comment") if name != "cli/main.cpp" else ():
            yield f"{place}: what the terminal is, main.cpp says: {line}"


def module_of(name):
    """`lib/http/url.h` and `lib/http/url.cpp` are the module `http/url`; `cli/app.cpp` is `cli/app`.
    An `.ipp` file is a part of the server: one translation unit in several files, because Boost is slow to compile."""
    if name.endswith(".ipp"):
        return "http/server/server"
    return re.sub(r"^lib/", "", name.rsplit(".", 1)[0])


def file_included(include):
    """The project's file that an include names, or None for a library's or a generated header."""
    path = include[1:-1]
    if include[0] == "<" or path.startswith("embedded/"):
        return None
    return next((f"{root}/{path}" for root in ("lib", "cli") if f"{root}/{path}" in FILES), path)


def includes_follow_the_table():
    graph = {}
    for name in sources("lib", "cli"):
        directory = str(pathlib.PurePath(name).parent)
        if directory not in MAY_INCLUDE:
            yield f"{name}: {directory} is not in the table MAY_INCLUDE of tests/rules.py"
            continue
        for number, include in includes_of(name):
            file = file_included(include)
            if file is None:
                continue
            if not file.startswith(("lib/", "cli/")):
                yield f"{name}:{number}: {include} is no file below lib/ or cli/; includes start there, as in \"http/url.h\""
                continue
            target = str(pathlib.PurePath(file).parent)
            if target != directory and re.sub(r"^(lib|cli)/", "", target) not in MAY_INCLUDE[directory]:
                yield f"{name}:{number}: {directory} may not include {file} (see MAY_INCLUDE)"
            if file.endswith(".ipp") and directory != "lib/http/server":
                yield f"{name}:{number}: {file} is a part of the server"
            if module_of(name) != module_of(file):
                graph.setdefault(module_of(name), {})[module_of(file)] = f"{name}:{number}"
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


def threads_have_their_place():
    """The command line waits for what lib/ does; only cli/world/ deals with the system's own signals and children."""
    for name in sources("cli"):
        if name.startswith("cli/world/"):
            continue
        for place, line in lines_matching(name, r"\bstd::(jthread|thread|mutex|condition_variable)\b", "comment", "string"):
            yield f"{place}: threads belong into lib/ or cli/world/: {line}"


def unit_tests_mirror_the_code():
    for name in FILES:
        if not (name.startswith("tests/unit/") and name.endswith("_test.cpp")):
            continue
        module = name.removeprefix("tests/unit/").removesuffix("_test.cpp")
        files = [f"{root}{module}.{end}" for root in ("", "lib/") for end in ("h", "cpp", "ipp")]
        if not any(file in FILES for file in files):
            yield f"{name}: there is no module {module}"


def directories_are_small():
    count = {}
    for name in sources("lib", "cli"):
        count.setdefault(str(pathlib.PurePath(name).parent), []).append(name)
    for directory, names in count.items():
        if len(names) > DIRECTORY_FILES:
            yield f"{directory}: {len(names)} source files, at most {DIRECTORY_FILES}"


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


FUNCTION = re.compile(r"^(?! |return|using)(?:\[\[\w+\]\] |inline |constexpr |static )*[\w:<>,*& ]+?[ *&](\w+)\(")


def own_functions(name):
    """The functions in the anonymous namespaces of a file."""
    is_own = False
    for line in without(read(name), "comment", "string").splitlines():
        is_own = line.startswith("namespace {") or is_own and not line.startswith("}  ")
        match = FUNCTION.match(line) if is_own else None
        if match:
            yield match[1]


def own_functions_hide_none_of_headers():
    """A directory is compiled as one file: there, a file's own `split` would be called instead of that of base/text.h."""
    declared, users = {}, {}  # functions by header, and by folder those that its files use
    for name in sources("lib", "cli"):
        if name.endswith(".h"):
            declared[name] = {match[1] for match in map(FUNCTION.match, read(name).splitlines()) if match}
    for name in sources("lib", "cli"):
        if not name.endswith(".cpp"):
            continue
        headers = [file_included(include) for _, include in includes_of(name)]
        used = set().union(*(declared.get(header, ()) for header in headers if header))
        users.setdefault(os.path.dirname(name), {})[name] = used
    for name in sources("lib", "cli"):
        folder = os.path.dirname(name)
        for function in set(own_functions(name)):
            for other, functions in users.get(folder, {}).items():
                if other != name and function in functions and folder != "cli":
                    yield f"{name}: its {function} would be called in {other} instead of the one of a header"


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
        known_to_edges = name.startswith("lib/http/")  # sockets and addresses, no MACs
        for place, line in lines_matching(name, r"\bmemcmp\s*\(", "comment", "string") if not known_to_edges else ():
            yield f"{place}: compare with equal_constant_time, or with == what is not a MAC: {line}"
        for place, line in lines_matching(name, COMPARISON, "comment", "string"):
            yield f"{place}: MACs are compared with equal_constant_time: {line}"
        if name != "lib/base/crypto.cpp":
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
        limit = H_LINES if name.endswith(".h") else CPP_LINES
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
        is_tap = re.fullmatch(r"lib/report/tap\.cpp|tests/(unit/report/\w+\.cpp|support/reports\.h|blackbox/report_test\.py)", name)  # where TODO is a directive
        for place, line in lines_matching(name, f"{machine}|{origin}" if is_tap else f"{machine}|{leftover}|{origin}"):
            yield f"{place}: does not belong into a published file: {line[:100]}"


# Words and phrases that plain technical English doesn't need. CONTRIBUTING.md, "Language", says what to write instead.
NOT_PLAIN = (r"anew|whoever|whatever comes|what (comes|came)|mend(s|ed|ing)?|torn( off)?|turned away|seldom|likewise|thus|for ever|"
             r"heed(s|ed|ing)?|(is|are) told|judge(s|d|ment)?|judging|holds? (to|against)|stands? (in|at|below|behind)|"
             r"white space|line ends?|signed anew|rightly|wrongly|in vain|beside each other|oftener|"
             r"a right (receiver|server)|the receiver is (right|wrong)")
PLAIN_PLACES = (
    "README.md", "CHANGELOG.md", ".github/", "cli/", "lib/README.md", "lib/base/", "lib/json/", "lib/events/", "fixtures/README.md",
    "tests/bench/README.md", "tests/receivers/README.md", "tests/fuzz/",
    *(f"tests/unit/{name}/" for name in ("base", "cli", "events", "http", "inspector", "journal", "json", "receiver", "sender", "signing")),
)
LONGEST_SENTENCE = 35  # words


def prose_of(name):
    """The line number and text of each paragraph of a Markdown file, and of each comment and string of a source file."""
    text = read(name)
    if name.endswith((".cpp", ".h", ".ipp")):
        for match in TOKEN.finditer(text):
            yield text.count("\n", 0, match.start()) + 1, match[0]
        return
    text = re.sub(r"^```.*?^```", lambda match: re.sub(r"[^\n]", "", match[0]), text, flags=re.M | re.S)
    number = 1
    for paragraph in re.split(r"(\n\s*\n|\n(?=[-*|#]|\d+\. ))", text):
        if paragraph.strip():
            yield number, paragraph
        number += paragraph.count("\n")


def texts_are_plain_english():
    for name in FILES:
        if not name.startswith(PLAIN_PLACES) or not name.endswith((".md", ".cpp", ".h")):
            continue
        for number, text in prose_of(name):
            for match in re.finditer(rf"(?i)\b({NOT_PLAIN})\b", " ".join(text.split())):
                yield f"{name}:{number}: '{match[0]}' isn't plain technical English"
            if name.endswith(".md") and not text.lstrip().startswith("|"):
                for sentence in re.split(r"(?<=[.?!:;])\s+", text):
                    if len(sentence.split()) > LONGEST_SENTENCE:
                        yield f"{name}:{number}: a sentence of {len(sentence.split())} words, at most {LONGEST_SENTENCE}: {sentence[:60]}…"


RULES = [
    third_parties_in_one_place,
    includes_follow_the_table,
    threads_have_their_place,
    unit_tests_mirror_the_code,
    directories_are_small,
    type_names_are_unique,
    own_functions_hide_none_of_headers,
    the_library_is_pure,
    macs_are_compared_in_constant_time,
    test_titles_have_no_semicolon,
    the_top_level_is_small,
    files_are_short,
    texts_are_fit_to_publish,
    texts_are_plain_english,
]


def main():
    broken = 0
    for rule in RULES:
        findings = list(rule())
        print(f"{'FAIL' if findings else 'ok  '} {rule.__name__.replace('_', ' ')}")
        for finding in findings:
            print(f"     {finding}")
        broken += len(findings)
    print(f"{broken} to fix in {len(FILES)} files" if broken else f"all rules hold in {len(FILES)} files")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
