"""Where pages stand."""

from typing import Any

from wagtail.models import Site


class Addresses:
    """Answers for one reading where pages are served; asks for the site's root once, not once a page."""

    def __init__(self) -> None:
        self._root_paths = Site.get_site_root_paths()

    def of(self, page: Any) -> str:
        """Return the path of a page; "" for one outside every site. Any: Wagtail has no types."""
        # Wagtail's own memory: while it is empty, each page asks Redis.
        page._wagtail_cached_site_root_paths = self._root_paths
        return page.get_url() or ""
