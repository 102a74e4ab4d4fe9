"""`python -m infra.embedded demo` and `python -m infra.embedded exec [--data DIR] [--fast-disk] -- command …`."""

import argparse
import os
import sys
from pathlib import Path

from infra.embedded.trouble import Trouble

HIGHEST_PORT = 65535


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.embedded", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("demo", help="the whole house with demo data; PORT and DATA_DIR are read from the environment")
    run = commands.add_parser("exec", help="a command with a Postgres and a Redis of its own")
    run.add_argument("--data", type=Path, help="keep the data here, instead of in a folder that is removed")
    run.add_argument("--fast-disk", action="store_true", help="no fsync: faster, and lost with the machine")
    run.add_argument("rest", nargs=argparse.REMAINDER, metavar="-- command")
    options = parser.parse_args()
    try:
        if options.command == "demo":
            from infra.embedded.demo import demo

            data = Path(os.environ.get("DATA_DIR") or "var")
            return demo(data=data.expanduser().absolute(), port=port_of(os.environ.get("PORT") or "8000"))
        from infra.embedded.execute import execute

        rest = options.rest[1:] if options.rest[:1] == ["--"] else options.rest
        if not rest:
            parser.error("which command?")
        return execute(rest, data=options.data and options.data.absolute(), fast_disk=options.fast_disk)
    except Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1


def port_of(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) <= HIGHEST_PORT:
        raise Trouble(f"PORT={text} is not a port: give a number from 1 to {HIGHEST_PORT}.")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
