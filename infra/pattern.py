"""A migrated database that a run's many others are copied from: migrating each of them takes longer than most of their tests.

`python -m infra.pattern` makes it beside the database of DATABASE_URL and prints its name, for LMS_PATTERN_DATABASE;
`python -m infra.pattern --drop` removes it. Nothing may be connected to it while it is copied.
"""

import os
import subprocess
import sys
from urllib.parse import urlsplit

from infra.embedded import scratch
from infra.embedded.programs import ROOT


def main() -> None:
    url = os.environ["DATABASE_URL"]
    if sys.argv[1:] == ["--drop"]:
        if name := os.environ.get(scratch.PATTERN):
            scratch.drop_database(url, scratch.beside(url, name))
        return
    made = scratch.make_database(url, pattern="template0")
    env = {**os.environ, "DATABASE_URL": made, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "manage.py", "migrate", "--noinput", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=env, stdout=sys.stderr, check=True)
    print(urlsplit(made).path.lstrip("/"))


if __name__ == "__main__":
    main()
