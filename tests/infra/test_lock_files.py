"""What is installed is pinned by hashes, and says nothing of where it came from."""

from pathlib import Path

import pytest

from infra.lock import GROUPS, REQUIREMENTS, addresses_in


def pins_of(group: str) -> list[str]:
    lines = (REQUIREMENTS / f"{group}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith((" ", "#"))]


@pytest.mark.parametrize("group", GROUPS)
def test_a_lock_file_holds_no_address(group: str) -> None:
    assert addresses_in(REQUIREMENTS / f"{group}.txt") == []


@pytest.mark.parametrize("group", GROUPS)
def test_every_package_is_pinned_and_hashed(group: str) -> None:
    pins = pins_of(group)
    assert pins
    assert all("==" in pin and pin.endswith("\\") for pin in pins)


def test_the_lock_files_agree_on_every_version() -> None:
    versions: dict[str, set[str]] = {}
    for group in GROUPS:
        for pin in pins_of(group):
            name, version = pin.rstrip(" \\").split(";")[0].strip().split("==")
            versions.setdefault(name, set()).add(version)
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_an_address_is_found_wherever_it_hides(tmp_path: Path) -> None:
    lock = tmp_path / "core.txt"
    lock.write_text("--extra-index-url x\ndjango==5 \\\n    # from https://example.org/simple\n", encoding="utf-8")
    assert len(addresses_in(lock)) == 2  # the option, and the address in a comment
