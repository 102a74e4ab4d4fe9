"""The search page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from content.domain.posts import POSTS, is_post
from content.domain.tokens import MAX_QUERY_CHARACTERS
from content.queries import catalogue_url, search_courses

RESULT_LIMIT = 60


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show the courses that hold the asked words. `q`: any text; `post`: a post code, others are ignored."""
    text = request.GET.get("q", "").strip()
    asked_post = request.GET.get("post", "")
    post_code = asked_post if is_post(asked_post) else ""
    hits = search_courses(text, post_code=post_code or None, limit=RESULT_LIMIT)
    return render(
        request,
        "content/search.html",
        {
            "text": text,
            "post_code": post_code,
            "posts": POSTS,
            "hits": hits,
            "limit": RESULT_LIMIT,
            "most_characters": MAX_QUERY_CHARACTERS,
            "catalogue_url": catalogue_url(),
        },
    )
