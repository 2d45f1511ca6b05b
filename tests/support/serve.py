#!/usr/bin/env python3
"""Serves a catalogue with the real docker-registry until standard input ends.

    serve.py [--tags N]

Prints the registry's URL and a newline, then waits. The shell scripts run it as a coprocess: when they end,
however they end, so does the registry.
"""

import argparse
import os
import signal
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import catalogue  # noqa: E402
from real_registry import RealRegistry  # noqa: E402


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tags", type=int, help="generate this many tags instead of the quickstart catalogue")
    options = parser.parse_args()
    made = catalogue.generated(options.tags) if options.tags else catalogue.quickstart()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with RealRegistry(made) as registry:
        print(registry.url, flush=True)
        print("%d tags in %s" % (made.tag_count(), ", ".join(sorted(made.repositories))), file=sys.stderr, flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
