"""Cameras that are programs, told by the name that the browser gives. A hint for whoever looks at a check, never a verdict."""

import re

_VIRTUAL = re.compile(
    r"\bobs\b|virtual|manycam|snap camera|xsplit|e2esoft|vcam|droidcam|iriun|epoccam|ndi|camtwist|sparkocam|fake_device|虚拟",
    re.I,
)
LONGEST_LABEL = 120


def flags_of(label: str, width: int, height: int) -> list[str]:
    """Return hints: `virtual_camera`, `no_label` (the browser keeps the name back), `odd_size`.

    >>> flags_of("OBS Virtual Camera", 640, 480)
    ['virtual_camera']
    """
    flags = []
    if not label.strip():
        flags.append("no_label")
    elif _VIRTUAL.search(label):
        flags.append("virtual_camera")
    if not (160 <= width <= 4096 and 120 <= height <= 4096):  # noqa: PLR2004 — what cameras give
        flags.append("odd_size")
    return flags
