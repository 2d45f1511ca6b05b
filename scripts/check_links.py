#!/usr/bin/env python3
"""Holds what the program that answers may load: libc and its parts, nothing that carries.

Each shared library costs start-up time before main, and `tagdb resolve` runs thousands of times a day in
pipelines. Looks at everything that would be loaded (ldd), not only at what is named directly.

    check_links.py BUILD/bin/tagdb
"""

import re
import subprocess
import sys

ALLOWED = re.compile(r"^(linux-vdso|ld-linux\S*|/lib\S*/ld-linux\S*|libc|libm|libdl|libpthread|libgcc_s|librt)\.so")


def main():
    if len(sys.argv) != 2:
        print(__doc__)
        return 2
    done = subprocess.run(["ldd", sys.argv[1]], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print("ldd %s: %s" % (sys.argv[1], done.stderr.strip() or done.stdout.strip()))
        return 2
    loaded = [line.split()[0] for line in done.stdout.splitlines() if line.strip()]
    # A static program would pass by loading nothing, and then no test could run it under another clock.
    if not any(name.startswith("libc.so") for name in loaded):
        print("%s does not load libc: it must stay dynamic, tests preload a clock" % sys.argv[1])
        return 1
    wrong = [name for name in loaded if not ALLOWED.match(name)]
    for name in wrong:
        print("%s loads %s" % (sys.argv[1], name))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
