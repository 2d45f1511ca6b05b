#!/usr/bin/env python3
"""Holds the table of who may use whom (see README, the map of the rooms).

Reads every #include under include/tagdb and src. A room may include its own headers, those of the rooms it may
use, the standard library, the system, and the third parties the table gives it; the third parties of a room that
are hidden may not show in its public headers. There are no exceptions: where the table is wrong, mend the table
and say why in the commit.

    check_layers.py [ROOT]
"""

import os
import re
import sys

# room: (rooms it may use, third-party prefixes in its sources)
ROOMS = {
    "base": ([], ["openssl/", "rapidjson/", "fmt/", "tl/expected.hpp"]),
    "windows": (["base"], ["absl/time/"]),
    "oci": (["base"], []),
    "net": (["base"], ["curl/"]),
    "registry": (["net", "oci", "base"], []),
    "store": (["oci", "windows", "base"], ["sqlite3.h"]),
    "query": (["store", "windows", "oci", "base"], []),
    "pins": (["windows", "oci", "base"], []),
    "report": (["query", "pins", "windows", "base"], []),
    "sync": (["registry", "store", "windows", "oci", "base"], []),
    "mirror": (["registry", "net", "store", "oci", "base"], ["archive.h", "archive_entry.h", "zstd.h"]),
    "cli": (["query", "pins", "report", "store", "windows", "oci", "base"], ["CLI/", "toml++/"]),
    "remote": (["cli", "sync", "mirror", "query", "pins", "report", "registry", "net", "store", "windows", "oci",
                "base"], []),
}

# Formatting is no secret of a room; base compiles its other half, so that no shared library comes with it.
EVERYWHERE = ["fmt/format.h"]

# What the public headers may show of third parties: Result is tl::expected, on purpose.
SHOWN = {"base": ["tl/expected.hpp"]}

# Only here: a time zone costs start-up time and belongs to release days alone.
ONLY_IN = {"absl/time/": re.compile(r"^src/windows/calendar/\w+\.cpp$")}

STANDARD = set("""
algorithm any array atomic barrier bit bitset cassert cctype cerrno cfenv cfloat charconv chrono cinttypes climits
clocale cmath codecvt compare complex concepts condition_variable coroutine csetjmp csignal cstdarg cstddef cstdint
cstdio cstdlib cstring ctime cuchar cwchar cwctype deque exception execution filesystem format forward_list fstream
functional future initializer_list iomanip ios iosfwd iostream istream iterator latch limits list locale map memory
memory_resource mutex new numbers numeric optional ostream queue random ranges ratio scoped_allocator semaphore
set shared_mutex source_location span sstream stack stdexcept stop_token streambuf string string_view
syncstream system_error thread tuple type_traits typeindex typeinfo unordered_map unordered_set utility valarray
variant vector version
""".split())  # <regex> is left out: it is slow, and recursive on hostile input

SYSTEM = re.compile(r"^(sys/\w+|netinet/\w+|arpa/inet|linux/\w+|unistd|fcntl|poll|pwd|signal|spawn|termios|netdb|dirent|"
                    r"langinfo|pthread|dlfcn|link|limits|malloc|errno|stdio|stdlib|string|time)\.h$")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def sources(root):
    for top in ("include/tagdb", "src"):
        for folder, _, names in os.walk(os.path.join(root, top)):
            for name in sorted(names):
                if name.endswith((".hpp", ".cpp", ".h")):
                    path = os.path.relpath(os.path.join(folder, name), root)
                    room = path.split(os.sep)[2 if top == "include/tagdb" else 1]
                    yield path, room, top != "src"


def problem(root, path, room, public, included):
    """Why this include is not allowed, or None."""
    uses, third = ROOMS[room]
    match = re.match(r"^tagdb/(\w+)/", included)
    if match:
        if match[1] == room or match[1] in uses:
            return None
        return "%s may not use %s" % (room, match[1])
    if included in STANDARD or SYSTEM.match(included):
        return None
    private = os.path.join(root, "src", room, included)
    if os.path.exists(private) or included in ("migrations.hpp", "reference.hpp", "version.hpp"):
        return "a public header includes the private %s" % included if public else None
    if included in EVERYWHERE and not public:
        return None
    for prefix in third:
        if included.startswith(prefix):
            if public and prefix not in SHOWN.get(room, []):
                return "%s is hidden inside %s: a public header may not include it" % (included, room)
            if prefix in ONLY_IN and not ONLY_IN[prefix].match(path):
                return "%s belongs into %s only" % (included, ONLY_IN[prefix].pattern)
            return None
    owners = [name for name, (_, theirs) in ROOMS.items() if any(included.startswith(p) for p in theirs)]
    if owners:
        return "%s is hidden inside %s" % (included, ", ".join(owners))
    return "nobody may use %s (not in the table)" % included


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
    files = found = 0
    for path, room, public in sources(root):
        files += 1
        if room not in ROOMS:
            print("%s: %s is no room of the table" % (path, room))
            found += 1
            continue
        with open(os.path.join(root, path), encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                match = INCLUDE.match(line)
                reason = match and problem(root, path, room, public, match[2])
                if reason:
                    print("%s:%d: %s" % (path, number, reason))
                    found += 1
    if not files:
        print("no sources under %s: is that the right folder?" % root)
        return 2
    print("layers: %d files, %d problems" % (files, found), file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
