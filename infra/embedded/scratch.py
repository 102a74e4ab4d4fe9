"""A corner of the operator's own servers for one test run: a database of its own, and an empty number of Redis."""

import os
import secrets
from urllib.parse import SplitResult, parse_qs, urlencode, urlsplit

import psycopg
import redis
from psycopg import sql

from infra.embedded.trouble import Trouble

REDIS_NUMBERS = range(15, 0, -1)  # stock Redis has 0 to 15; 0 is most likely in use


PATTERN = "LMS_PATTERN_DATABASE"  # names a database that holds tables and nothing else: `infra.pattern`


def make_database(url: str, pattern: str = "") -> str:
    """Make a database beside the named one; return its address.

    It is empty, or like the pattern: the one given, or the one that the environment names and this server has.
    """
    name = f"zhuxue_run_{secrets.token_hex(6)}"
    like = pattern or os.environ.get(PATTERN, "")
    with psycopg.connect(url, autocommit=True) as connection:
        if connection.execute("SELECT FROM pg_database WHERE datname = %s", [like]).fetchone() is None:
            like = "template0"
        make = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(like))
        connection.execute(make)
    return beside(url, name)


def beside(url: str, name: str) -> str:
    """Return the address of another database of the same server."""
    return joined(urlsplit(url)._replace(path=f"/{name}"))


def drop_database(url: str, made: str) -> None:
    name = urlsplit(made).path.lstrip("/")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def empty_redis(url: str) -> str:
    """Return the address of a number of the same Redis that holds nothing."""
    for number in REDIS_NUMBERS:
        address = with_number(url, number)
        with redis.Redis.from_url(address) as client:
            try:
                if client.dbsize() == 0:
                    return address
            except redis.ResponseError:  # this one has fewer numbers
                continue
    raise Trouble("The Redis of REDIS_URL has no empty number between 1 and 15 for the tests: empty one.")


def flush_redis(made: str) -> None:
    with redis.Redis.from_url(made) as client:
        client.flushdb()


def with_number(url: str, number: int) -> str:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()} | {"db": str(number)}
        return joined(parts._replace(query=urlencode(query)))
    return joined(parts._replace(path=f"/{number}"))


def joined(parts: SplitResult) -> str:
    """Put an address together again. The standard library drops the slashes of one that names no host."""
    return f"{parts.scheme}://{parts.netloc}{parts.path}" + (f"?{parts.query}" if parts.query else "")
