"""The client's own parts against figures reckoned by hand: chain, stretches, playlists, segments, proofs, bad networks."""

import asyncio
import hashlib
import hmac
import time

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

from tests.adversary.media import decrypt, read_playlist
from tests.adversary.weather import Sky, Weather
from tests.adversary.wire import Chain, Site, proof, stretch_of, told

KEY, UUID = "ab" * 32, "0b6c1f4e-0000-4000-8000-000000000000"


def mac(*parts: bytes) -> bytes:
    return hmac.new(bytes.fromhex(KEY), b"".join(parts), hashlib.sha256).digest()


def test_each_mac_goes_over_the_one_before_and_over_the_words_of_the_page() -> None:
    chain = Chain.begin(KEY, UUID)
    beginning = mac(b"zhuxue watch 2 " + UUID.encode())
    assert chain.mac == beginning
    says = told(763_000.9, stretches_ms=[0, 24_000, 760_000], duration_ms=900_000, idle_ms=4_000)
    beat = chain.seal(says)
    assert beat["mac"] == mac(beginning, b"beat|1|763000|100|1|1|1|0|0|2|4000").hex()
    assert beat.keys() == says.keys() | {"type", "seq", "mac"}
    second = chain.seal(says | {"playing": False})
    assert second["mac"] == mac(bytes.fromhex(beat["mac"]), b"beat|2|763000|100|0|1|1|0|0|2|4000").hex()


def test_a_fork_leaves_the_chain_as_it_was() -> None:
    chain = Chain.begin(KEY, UUID)
    before = chain.mac
    chain.fork().seal(told(0, stretches_ms=[0], duration_ms=1_000))
    assert (chain.seq, chain.mac) == (0, before)


@pytest.mark.parametrize(("place", "stretch"), [(0, 0), (23_999, 0), (24_000, 1), (47_000, 1), (99_000, 2)])
def test_the_stretch_of_a_place(place: float, stretch: int) -> None:
    assert stretch_of(place, [0, 24_000, 48_000]) == stretch


def test_a_proof_is_made_of_the_whole_segment() -> None:
    ask = {"nonce": "77" * 16, "segment": 3}
    expected = hmac.new(bytes.fromhex("77" * 16), b"segment", hashlib.sha256).hexdigest()
    assert proof(ask, "720", b"segment") == {"type": "proof", **ask, "rendition": "720", "hmac": expected}
    assert proof(ask, "720", None)["hmac"] == ""


PLAYLIST = """#EXTM3U
#EXT-X-KEY:METHOD=AES-128,URI="key/0",IV=0x000102030405060708090A0B0C0D0E0F
#EXTINF:4.000,
/media/a/00000.ts
#EXT-X-KEY:METHOD=AES-128,URI="key/1",IV=0x0F0E0D0C0B0A09080706050403020100
#EXTINF:3.960,
https://cdn.example/a/00001.ts
#EXT-X-ENDLIST
"""


def test_a_playlist_is_read_with_places_keys_and_ivs() -> None:
    first, second = read_playlist(PLAYLIST, "/watch/u/720.m3u8")
    assert (first.start_ms, first.end_ms, second.end_ms) == (0, 4_000, 7_960)
    assert (first.url, second.url) == ("/media/a/00000.ts", "https://cdn.example/a/00001.ts")
    assert (first.key_url, second.key_url) == ("/watch/u/key/0", "/watch/u/key/1")
    assert first.iv == bytes(range(16))


def test_only_the_right_key_opens_a_segment() -> None:
    key, iv, plain = bytes(16), bytes(range(16)), (b"\x47" + bytes(187)) * 3
    padder = PKCS7(128).padder()
    encryptor = Cipher(algorithms.AES128(key), modes.CBC(iv)).encryptor()
    sealed = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
    assert decrypt(key, iv, sealed) == plain
    assert decrypt(b"\x01" * 16, iv, sealed) is None
    assert decrypt(key, iv, sealed[:-1]) is None
    assert decrypt(key, iv, b"") is None


async def test_the_weather_delays_deafens_and_cuts() -> None:
    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(100):
            writer.write(data)

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    site = Site(f"http://127.0.0.1:{port}", f"ws://127.0.0.1:{port}")
    async with Weather(site, Sky(latency_ms=60)) as weather:
        where = ("127.0.0.1", int(weather.site.http.rsplit(":", 1)[1]))
        reader, writer = await asyncio.open_connection(*where)
        began = time.monotonic()
        writer.write(b"hello")
        assert await reader.read(100) == b"hello"
        assert time.monotonic() - began >= 0.12, "there and back"
        deaf = asyncio.create_task(weather.deafen(0.4))
        await asyncio.sleep(0.01)
        writer.write(b"anybody?")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(100), 0.2)
        await deaf
        assert await _is_lost(reader)
        cut = asyncio.create_task(weather.cut(0.3))
        await asyncio.sleep(0.01)
        reader, writer = await asyncio.open_connection(*where)
        assert await _is_lost(reader)
        await cut
        reader, writer = await asyncio.open_connection(*where)
        writer.write(b"back")
        assert await reader.read(100) == b"back"
        writer.close()
    server.close()


async def _is_lost(reader: asyncio.StreamReader) -> bool:
    try:
        return not await reader.read(100)
    except ConnectionError:
        return True
