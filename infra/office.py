"""The LibreOffice that writes lists for the tests as people do: `python -m infra.office` gets one by apt, where that may be done.

Without one those tests are skipped, with the reason.
"""

import os
import shutil

from infra.chromium import apt

PACKAGE = "libreoffice-calc-nogui"


def main() -> None:
    if shutil.which("soffice"):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing LibreOffice Calc by apt-get …", flush=True)
        apt("update", "-qq")
        apt("install", "-y", "-qq", "--no-install-recommends", PACKAGE)
    if not shutil.which("soffice"):
        print(f"No LibreOffice (on Debian: {PACKAGE}): the tests of its files will be skipped.", flush=True)


if __name__ == "__main__":
    main()
