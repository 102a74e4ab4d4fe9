"""Handing out a file that a stranger uploaded, so that a browser runs nothing of it."""

from typing import IO

from django.http import FileResponse

from lms.reviews.queries.evidence import EvidenceFacts


def safe_file(facts: EvidenceFacts, content: IO[bytes]) -> FileResponse:
    """Return pictures by their judged type and all else as a download, sandboxed. Who may have it, the view has asked."""
    response = FileResponse(
        content, as_attachment=not facts.is_picture, filename=facts.name, content_type=facts.content_type
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
