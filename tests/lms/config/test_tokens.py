"""Colours can be read: every pair of text and ground in use is measured (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[3] / "lms/static/lms/css/tokens.css"
CSS_FOLDER = TOKENS.parent
Colours = dict[str, str]

TEXT_ON_GROUND = [
    *((text, ground) for text in ("ink", "muted", "blue") for ground in ("ground", "card")),
    *((text, "card") for text in ("orange-text", "orange-figure", "green-text", "red-text")),
    *((text, "ground") for text in ("orange-text", "green-text", "red-text")),
    *((f"{name}-text", f"{name}-pale") for name in ("orange", "green", "red")),
    *(("ink", f"{name}-pale") for name in ("blue", "orange", "green", "red", "neutral")),
    ("muted", "neutral-pale"),
    ("muted", "blue-pale"),
    ("blue", "blue-pale"),
    ("on-solid", "blue-solid"),
    ("on-solid", "blue-solid-hover"),
    ("on-solid", "red-solid"),
    ("on-night", "night"),
]
SIGN_ON_GROUND = [
    ("line-strong", "card"),  # the frame of an input
    ("green", "card"),
    ("red", "card"),
    ("blue-fill", "track"),
]


def colours_of(css: str) -> Colours:
    named = dict(re.findall(r"--zx-([a-z-]+):\s*(#[0-9a-f]{3,6})\b", css))
    return {name: value if len(value) > 4 else "#" + "".join(c * 2 for c in value[1:]) for name, value in named.items()}


def modes() -> dict[str, Colours]:
    light_css, dark_css = TOKENS.read_text(encoding="utf-8").split("@media (prefers-color-scheme: dark)")
    light = colours_of(light_css)
    return {"light": light, "dark": light | colours_of(dark_css)}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_can_be_read_on_its_ground(mode: str, text: str, ground: str) -> None:
    colours = modes()[mode]
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("sign", "ground"), SIGN_ON_GROUND)
def test_signs_stand_out_from_their_ground(mode: str, sign: str, ground: str) -> None:
    colours = modes()[mode]
    assert contrast(colours[sign], colours[ground]) >= 3


def test_the_blue_that_bootstrap_wants_in_parts_is_the_same_blue() -> None:
    light_css, dark_css = TOKENS.read_text(encoding="utf-8").split("@media (prefers-color-scheme: dark)")
    for css in (light_css, dark_css):
        parts = re.search(r"--zx-blue-rgb: (\d+), (\d+), (\d+)", css)
        assert parts is not None
        assert colours_of(css)["blue"] == "#{:02x}{:02x}{:02x}".format(*map(int, parts.groups()))


def test_every_token_in_use_is_defined() -> None:
    defined = set(re.findall(r"(--zx-[a-z0-9-]+):", TOKENS.read_text(encoding="utf-8")))
    root = CSS_FOLDER.parents[3]
    sheets = [
        path for path in root.glob("*/**/static/**/*.css") if "vendor" not in path.parts and ".venv" not in path.parts
    ]
    assert CSS_FOLDER / "base.css" in sheets
    for sheet in sheets:
        missing = set(re.findall(r"var\((--zx-[a-z0-9-]+)\)", sheet.read_text(encoding="utf-8"))) - defined
        assert not missing, f"{sheet}: {missing}"
