"""What strangers may fetch: a monitor that knows nothing but the address and the key follows the log by it."""

from base64 import b64decode
from collections.abc import Callable

import pytest
from django.test import Client

from analytics.domain.merkle import Tree, folded, leaf_hash, range_root, verify_consistency, verify_inclusion
from analytics.domain.note import opened, parse_key
from analytics.domain.tiles import Tile
from analytics.learning_log import queries
from analytics.learning_log.actions import Sequenced
from analytics.learning_log.models import LogPosition, LogRecord
from analytics.learning_log.signer import Signer

pytestmark = pytest.mark.django_db
AppendMany = Callable[..., list[LogRecord]]
Seal = Callable[[], Sequenced]


@pytest.fixture
def size(append_many: AppendMany, seal: Seal) -> int:
    """A log of some hundred records under two heads; its size."""
    append_many(40)
    seal()
    append_many(500)
    return seal().size


def test_a_monitor_rebuilds_the_head_from_tiles_alone(client: Client, size: int, signer: Signer) -> None:
    response = client.get("/log/checkpoint")
    assert response["Content-Type"] == "text/plain; charset=utf-8" and "max-age=2" in response["Cache-Control"]
    head = opened(response.content.decode(), [parse_key(client.get("/log/key").content.decode())])
    assert head.size == size and head.origin == signer.origin

    def node(level: int, index: int) -> bytes:
        tile_level, above = divmod(level, 8)
        first = index << above
        width = min(256, (head.size >> 8 * tile_level) - first // 256 * 256)
        answer = client.get(f"/log/tile/{Tile(tile_level, first // 256, width).address}")
        assert answer.status_code == 200 and "immutable" in answer["Cache-Control"]
        assert len(answer.content) == 32 * width
        hashes = [answer.content[at : at + 32] for at in range(0, len(answer.content), 32)]
        return folded(hashes[first % 256 :][: 1 << above])

    assert range_root((0, head.size), node) == head.root
    assert node(8, 0) == folded([node(0, index) for index in range(256)])


def test_proofs_by_api(client: Client, size: int) -> None:
    head = queries.latest_head()
    assert head is not None
    told = client.get("/log/proof/inclusion?position=17").json()
    proof = [b64decode(each) for each in told["proof"]]
    assert verify_inclusion(b64decode(told["leaf_hash"]), 17, told["size"], proof, head.root)
    place = LogPosition.objects.get(position=17)
    assert b64decode(told["leaf_hash"]) == leaf_hash(bytes(LogRecord.objects.get(pk=place.record_id).canonical))
    earlier = queries.heads()[0]
    told = client.get(f"/log/proof/consistency?from={earlier.size}").json()
    proof = [b64decode(each) for each in told["proof"]]
    assert verify_consistency(earlier.size, told["to"], earlier.root, head.root, proof)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/log/tile/0/002.p/255", 404),
        ("/log/tile/0/999", 404),
        ("/log/tile/9/000.p/1", 404),
        ("/log/tile/entries/000", 404),
        ("/log/tile/0/0", 404),
        ("/log/tile/", 404),
        ("/log/proof/inclusion", 400),
        ("/log/proof/inclusion?position=99999", 400),
        ("/log/proof/inclusion?position=1&size=99999", 400),
        ("/log/proof/inclusion?position=-1", 400),
        ("/log/proof/inclusion?position=5&size=5", 400),
        ("/log/proof/consistency", 400),
        ("/log/proof/consistency?from=9&to=8", 400),
        ("/log/proof/consistency?from=1&to=99999", 400),
    ],
)
def test_what_there_is_not(client: Client, size: int, address: str, status: int) -> None:
    assert client.get(address).status_code == status
    assert client.post(address).status_code in {400, 403, 404, 405}


def test_a_log_without_a_head_shows_nothing(client: Client) -> None:
    for address in ("checkpoint", "key", "tile/0/000.p/1", "proof/inclusion?position=0", "proof/consistency?from=0"):
        assert client.get(f"/log/{address}").status_code == 404


def test_what_waits_for_a_head_is_not_shown_yet(client: Client, size: int, append_many: AppendMany) -> None:
    """A place that no head covers could still be told two ways."""
    before = client.get("/log/checkpoint").content
    append_many(3)
    assert client.get("/log/checkpoint").content == before
    assert client.get(f"/log/proof/inclusion?position={size}").status_code == 400


def test_the_tree_is_that_of_the_records(size: int) -> None:
    records = dict(LogRecord.objects.values_list("pk", "canonical"))
    order = LogPosition.objects.order_by("position").values_list("record_id", flat=True)
    head = queries.latest_head()
    assert head is not None and Tree(bytes(records[each]) for each in order).root(size) == head.root
