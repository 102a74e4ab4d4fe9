"""The public face of the log: heads, tiles and proofs, for whoever wants to check us. Hashes only; no record is shown."""

from base64 import b64encode
from http import HTTPStatus

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from analytics.domain.merkle import OutOfTree
from analytics.domain.spoken import spoken
from analytics.domain.tiles import parse_tile
from analytics.learning_log import queries

FOR_SECONDS = "public, max-age=2"
FOR_EVER = "public, max-age=31536000, immutable"
LONGEST_NUMBER = 18  # digits; no log has more records


@require_safe
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest signed head with its cosignatures (C2SP tlog-checkpoint)."""
    return _text(_newest().published)


@require_safe
def head(request: HttpRequest) -> HttpResponse:
    """The newest head as a sheet of paper, its root in characters that can be read aloud and compared by eye."""
    newest = _newest()
    context = {
        "head": newest,
        "words": spoken(newest.root),
        "hex": newest.root.hex(" ", 4).split(),
        "origin": settings.LOG_ORIGIN,
    }
    return render(request, "analytics/learning_log/head.html", context)


@require_safe
def verifier_key(request: HttpRequest) -> HttpResponse:
    """The key that the newest head is signed with. Compare it with a copy that you had from elsewhere."""
    return _text(_newest().verifier_key + "\n")


@require_safe
def tile(request: HttpRequest, address: str) -> HttpResponse:
    """A tile of the tree as far as it is under the newest head (C2SP tlog-tiles). Entries are not public."""
    wanted = parse_tile(address)
    if wanted is None or not wanted.is_in_tree_of(_newest().size):
        raise Http404
    hashes = queries.tile(wanted.level, wanted.index, wanted.width)
    if hashes is None:
        raise Http404
    return HttpResponse(hashes, content_type="application/octet-stream", headers={"Cache-Control": FOR_EVER})


@require_safe
def inclusion(request: HttpRequest) -> JsonResponse:
    """The proof of one place: ?position=…&size=… (without size: in the newest head)."""
    position, size, newest = _number(request, "position"), _number(request, "size"), _newest()
    size = newest.size if size is None else size
    if position is None or size > newest.size:
        return _bad("position=…, and perhaps size=… of a tree that is under the newest head")
    try:
        proof = queries.TreeReader().inclusion_proof(position, size)
    except OutOfTree as outside:
        return _bad(str(outside))
    (place,) = queries.places(position, position + 1)
    told = {"position": position, "size": size, "leaf_hash": _base64(place.leaf_hash), "proof": _all(proof)}
    return JsonResponse(told, headers={"Cache-Control": FOR_EVER if request.GET.get("size") else FOR_SECONDS})


@require_safe
def consistency(request: HttpRequest) -> JsonResponse:
    """The proof that one tree goes on from another: ?from=…&to=… (without to: up to the newest head)."""
    size1, size2, newest = _number(request, "from"), _number(request, "to"), _newest()
    size2 = newest.size if size2 is None else size2
    if size1 is None or size2 > newest.size:
        return _bad("from=…, and perhaps to=… of a tree that is under the newest head")
    try:
        proof = queries.TreeReader().consistency_proof(size1, size2)
    except OutOfTree as outside:
        return _bad(str(outside))
    told = {"from": size1, "to": size2, "proof": _all(proof)}
    return JsonResponse(told, headers={"Cache-Control": FOR_EVER if request.GET.get("to") else FOR_SECONDS})


def _newest() -> queries.Head:
    head = queries.latest_head()
    if head is None:
        raise Http404("no head has been signed yet")
    return head


def _text(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers={"Cache-Control": FOR_SECONDS})


def _number(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else None


def _bad(error: str) -> JsonResponse:
    return JsonResponse({"error": error}, status=HTTPStatus.BAD_REQUEST)


def _base64(data: bytes) -> str:
    return b64encode(data).decode()


def _all(hashes: list[bytes]) -> list[str]:
    return [_base64(each) for each in hashes]
