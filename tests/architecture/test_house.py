"""docs/house.md tells the truth about rooms and contracts; the other pages of docs about themselves."""

import re
from collections import Counter

from tests.architecture.tree import ROOT, contracts, rooms

HOUSE = (ROOT / "docs" / "house.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([^`]+)` \|", re.M)


def section(title: str) -> str:
    """Return one part of the page, from its heading to the next."""
    return HOUSE.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]


def test_the_table_of_rooms_names_the_rooms_there_are() -> None:
    assert set(ROW.findall(section("Rooms"))) == rooms()


def test_the_picture_shows_every_room_in_the_order_of_the_contracts() -> None:
    picture = section("The house in one picture").split("```")[1]
    first_words = [line.split()[0] for line in picture.splitlines() if line.split()]
    shown = [word for word in first_words if word not in {"roof", "3rd", "2nd", "1st", "ground"} and word.isascii()]
    by_container = {each["containers"][0]: each["layers"] for each in contracts() if each["id"].startswith("rooms-")}
    for package, layers in by_container.items():
        order = [room for layer in layers for room in re.findall(r"\w+", layer) if f"{package}.{room}" in rooms()]
        drawn = [word for word in shown if word in order]
        assert drawn == [room for room in order if room != "config"]
    assert "lms/config" in picture and "content" in picture


def test_the_table_of_contracts_names_the_contracts_there_are() -> None:
    named = re.findall(
        r"`([^`]+)`", " ".join(row.split("|")[1] for row in section("Contracts").splitlines() if "|" in row)
    )
    assert named == [contract["id"] for contract in contracts()]


def test_every_decision_is_listed_and_says_what_was_rejected() -> None:
    folder = ROOT / "docs" / "adr"
    index = (folder / "README.md").read_text(encoding="utf-8")
    decisions = sorted(folder.glob("[0-9]*.md"))
    assert re.findall(r"\]\((\d{4}-[^)]+)\)", index) == [path.name for path in decisions]
    for path in decisions:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {path.name[:4]} ")
        assert all(f"**{part}" in text for part in ("Context.", "Decision.", "Consequences.", "Rejected."))


def test_every_word_stands_in_the_glossary_once() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    words = [row for row in rows if row[0] not in {"中文", "---"}]
    assert len(words) >= 50
    for column in (0, 1):
        counted = Counter(row[column] for row in words)
        assert not [word for word, count in counted.items() if count > 1]
    assert all(len(row) == 3 and all(row) for row in words)


def test_links_between_pages_lead_somewhere() -> None:
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
    dead = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in pages
        if page.is_file()
        for target in re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert not dead
