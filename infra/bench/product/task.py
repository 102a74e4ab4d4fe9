"""How a loader is called and gives back: `run(main)` in a module that the harness starts."""

import json
import sys
from collections.abc import Callable
from typing import Any

import django


def run(main: Callable[..., object]) -> None:
    """Set Django up, call `main` with what was asked, and print what it returns."""
    django.setup()
    asked: dict[str, Any] = json.loads(sys.argv[1])
    given = main(**asked)
    print("RESULT", json.dumps(given), flush=True)
