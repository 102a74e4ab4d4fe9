"""Templates hold no script, no style and no handler, so that the content policy can be strict."""

import re

import pytest

from tests.architecture.tree import templates

FORBIDDEN = {
    "an inline style sheet": re.compile(r"<style\b", re.I),
    "a style attribute": re.compile(r"\sstyle\s*=", re.I),
    "an inline script": re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*\btype=\"application/json\")[^>]*>", re.I),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "a script address": re.compile(r"=[\"']?\s*javascript:", re.I),
    "an address that leaves the house": re.compile(r"(?:src|href)=\"(?:https?:)?//", re.I),
}
BREACHES = {
    "an inline style sheet": "<style>p{}</style>",
    "a style attribute": '<p class="x" style="color:red">',
    "an inline script": "<script>alert(1)</script>",
    "an event handler": '<a href="#" onclick="x()">',
    "a script address": '<a href="javascript:x()">',
    "an address that leaves the house": '<script src="https://cdn.example/x.js"></script>',
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_has(what: str) -> None:
    found = [
        f"{path.name}: {match[0][:60]}"
        for path in templates()
        if (match := FORBIDDEN[what].search(path.read_text(encoding="utf-8")))
    ]
    assert not found


@pytest.mark.parametrize("what", FORBIDDEN)
def test_a_planted_breach_is_caught(what: str) -> None:
    assert FORBIDDEN[what].search(BREACHES[what])


def test_data_for_scripts_is_no_inline_script() -> None:
    assert not FORBIDDEN["an inline script"].search('<script id="x" type="application/json">{}</script>')
    assert not FORBIDDEN["an inline script"].search('<script type="module" src="/static/x.js"></script>')


def test_every_page_stands_in_the_same_frame() -> None:
    """A template is a fragment (`_like_this`), a frame, or extends one."""
    frames = {"base.html", "500.html"}
    bare = [
        str(path)
        for path in templates()
        if not path.name.startswith("_")
        and path.name not in frames
        and not re.search(r"{%-?\s*extends ", path.read_text(encoding="utf-8"))
        and not re.search(r"(wagtailadmin|admin|snippets|panels)", str(path))
    ]
    assert not bare
