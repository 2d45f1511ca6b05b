#!/usr/bin/env python3
"""Forbidden calls and long files, in our own sources. Each rule has its reason and the only file it may be in.

    check_text.py [ROOT]
"""

import os
import re
import sys

# (pattern, files in which it is allowed, what to do instead)
RULES = [
    (r"\bcurl_easy_setopt\s*\(", r"^src/net/curl_\w+\.(hpp|cpp)$|^tests/bench/",
     "libcurl checks no argument type in C++: use the typed wrapper in src/net"),
    (r"\bsqlite3_exec\s*\(", r"^src/store/", "only the store talks to SQLite"),
    (r"\bv?sprintf\s*\(|\bstrcpy\s*\(|\bstrcat\s*\(|\bgets\s*\(", None, "unbounded write: use fmt or std::string"),
    (r"(?<![\w.>:])(std::)?system\s*\(|\bpopen\s*\(", None, "starts a shell: use base/process"),
    (r"\bstd::w?regex\b", None, "std::regex is slow and recursive on hostile input: write a small parser"),
    (r"\b(atoi|atol|atof|strtol|strtoul|stoi|stol|stoul|stoll|stoull|stod)\s*\(", r"^tests/bench/",
     "depends on the locale, or throws, or hides errors: use base/text's parsers"),
    (r"\bstd::system_clock::now\s*\(|\bstd::chrono::system_clock::now\s*\(|(?<![\w:.])time\s*\(\s*(nullptr|NULL|0)\s*\)",
     r"^src/base/", "the clock is handed in (base/clock.hpp)"),
    (r"\busing\s+namespace\s+(?!std::(string_view_|chrono_)?literals|std::chrono_literals)", r"^tests/",
     "names come from where they are written"),
    (r"\bgetenv\s*\(", r"^src/(base|cli|remote)/|^tests/", "the environment is read at the border only"),
]

LONG = 400
SUFFIXES = (".hpp", ".cpp", ".h")


def without_comments(line):
    return re.sub(r"//.*$", "", re.sub(r'"(\\.|[^"\\])*"', '""', line))


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    rules = [(re.compile(p), allowed and re.compile(allowed), why) for p, allowed, why in RULES]
    files = found = 0
    for top in ("include", "src", "tests"):
        for folder, _, names in os.walk(os.path.join(root, top)):
            for name in sorted(n for n in names if n.endswith(SUFFIXES)):
                path = os.path.relpath(os.path.join(folder, name), root)
                files += 1
                with open(os.path.join(root, path), encoding="utf-8") as text:
                    lines = text.read().splitlines()
                if len(lines) > LONG:
                    print("%s: note: %d lines; more than %d are hard to hold in the head" % (path, len(lines), LONG))
                for number, line in enumerate(lines, 1):
                    code = without_comments(line)
                    for pattern, allowed, why in rules:
                        if pattern.search(code) and not (allowed and allowed.search(path)):
                            print("%s:%d: %s: %s" % (path, number, pattern.search(code)[0].strip(), why))
                            found += 1
    if not files:
        print("no sources under %s: is that the right folder?" % root)
        return 2
    print("text: %d files, %d problems" % (files, found), file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
