"""The Chromium of the browser tests: `python -m infra.chromium` prints its path, `--install` gets one first.

LMS_CHROMIUM names one; else the first on PATH that starts; else the one that Playwright has downloaded.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-noto-cjk")
NO_BROWSER = "No Chromium was found: install one (on Debian: chromium, fonts-noto-cjk), or set LMS_CHROMIUM to it."


def find() -> Path | None:
    """Return the executable of a Chromium that starts, or None."""
    named = os.environ.get("LMS_CHROMIUM")
    if named:
        return Path(named) if starts(Path(named)) else None
    on_path = (Path(path) for path in map(shutil.which, NAMES) if path)
    return next((path for path in on_path if starts(path)), None) or downloaded()


def downloaded() -> Path | None:
    """Return the Chromium that Playwright has downloaded, if there is one."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return path if starts(path) else None


def starts(path: Path) -> bool:
    """Tell whether it can say its version: Ubuntu's `chromium` may be a stub that only names a snap."""
    try:
        said = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return said.returncode == 0


def install() -> Path | None:
    """Return a Chromium that starts, installed if need be: by apt when root, else by Playwright."""
    found = find()
    if found or os.environ.get("LMS_CHROMIUM"):
        return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium and Chinese fonts by apt-get …", flush=True)
        apt("update", "-qq")
        apt("install", "-y", "-qq", "--no-install-recommends", *PACKAGES)
        found = find()
    if not found:
        print("Installing Playwright's own Chromium …", flush=True)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
        found = find()
    return found


def apt(*arguments: str) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", *arguments], env=quiet, stdout=subprocess.DEVNULL, check=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--install", action="store_true", help="get one if there is none; print nothing when there is")
    options = parser.parse_args()
    path = install() if options.install else find()
    if path is None:
        named = os.environ.get("LMS_CHROMIUM")
        sys.exit(f"LMS_CHROMIUM={named} does not start." if named else NO_BROWSER)
    if not options.install:
        print(path)


if __name__ == "__main__":
    main()
