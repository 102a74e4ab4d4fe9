"""Letting programs in and shutting them out: an administrator's deeds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_hex, token_urlsafe

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext

from analytics.learning_log import actions as log
from analytics.xapi.domain.scopes import SCOPES
from analytics.xapi.log_kinds import CLIENT_CREATED, CLIENT_REVOKED
from analytics.xapi.models import XapiClient

PERMISSION = "analytics.change_xapiclient"
SECRET_BYTES = 32


class NoSuchClient(LookupError):
    """There is no such client, or it was shut out already."""


@dataclass(frozen=True, slots=True)
class NewClient:
    """A client that was let in. The secret is told here and never again."""

    id: int
    key: str
    secret: str


@transaction.atomic(durable=True)
def create_client(*, name: str, scopes: Iterable[str], by: AbstractUser | None, at: datetime) -> NewClient:
    """Let a program in. `by` None: the operator at the console. Raises PermissionDenied, ValueError for an unknown scope."""
    _must_be_allowed(by)
    held = [scope for scope in SCOPES if scope in set(scopes)]
    if not held or set(scopes) - set(SCOPES):
        raise ValueError(f"scopes are {', '.join(SCOPES)}; at least one")
    key, secret = token_hex(10), token_urlsafe(SECRET_BYTES)
    client = XapiClient.objects.create(
        name=name[:100],
        key=key,
        secret_hash=sha256(secret.encode()).digest(),
        scopes=held,
        created_at=at,
        created_by_id=by.pk if by else None,
    )
    log.append(
        kind=CLIENT_CREATED,
        actor_id=by.pk if by else None,
        happened_at=at,
        payload={"client": client.pk, "scopes": held},
    )
    log.put_labels(kind="xapi_client", texts={str(client.pk): client.name})
    return NewClient(client.pk, key, secret)


@transaction.atomic(durable=True)
def revoke_client(*, client_id: int, by: AbstractUser | None, at: datetime) -> None:
    """Shut a program out, from its next request on; what it sent stays. Raises PermissionDenied, NoSuchClient."""
    _must_be_allowed(by)
    if not XapiClient.objects.filter(pk=client_id, revoked_at=None).update(revoked_at=at):
        raise NoSuchClient(client_id)
    log.append(kind=CLIENT_REVOKED, actor_id=by.pk if by else None, happened_at=at, payload={"client": client_id})


def _must_be_allowed(by: AbstractUser | None) -> None:
    if by is not None and not by.has_perm(PERMISSION):
        raise PermissionDenied(gettext("客户程序只由系统管理员开通和停用，您的账号没有这个权限。"))
