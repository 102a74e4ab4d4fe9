#!/bin/sh
# Find Python 3.11 and hand over to setup.py: a missing Python must give a sentence, and no Python can say it.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

for python in ${PYTHON:+"$PYTHON"} python3.11 python3 python; do
    # Run it: a version manager's shim may be on PATH and lead nowhere.
    if "$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
        exec "$python" -P -B "$here/setup.py" "$@"
    fi
done

echo "Python 3.11 was not found: install it (on Debian: apt-get install python3.11 python3.11-venv), or name it: make PYTHON=/path/to/python3.11" >&2
exit 1
