"""What a page of ours may load and where it may lead: as little as it needs. No inline script or style anywhere."""

from csp.constants import NONE, SELF


def directives(*, media: list[str], pay: list[str]) -> dict[str, list[str]]:
    """Return the directives of the content policy. media: origins of streams; pay: of the pages on which one pays."""
    return {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *media],
        "font-src": [SELF],
        "connect-src": [SELF, *media],
        "media-src": [SELF, "blob:", *media],
        "worker-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "form-action": [SELF, *pay],  # paying leads from a form to the page of the service
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
