"""Programs at the store's door, and statements for them to send."""

import json
from base64 import b64encode
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from analytics.xapi.actions import create_client
from analytics.xapi.domain.scopes import ALL, SCOPES
from tests.analytics.xapi.numbered import uuid4

STATEMENT: dict[str, Any] = {
    "actor": {"objectType": "Agent", "name": "砖小明", "mbox": "mailto:zhuan@example.com"},
    "verb": {"id": "http://adlnet.gov/expapi/verbs/attended", "display": {"en": "attended", "zh-CN": "参加"}},
    "object": {
        "objectType": "Activity",
        "id": "http://www.example.com/meetings/1",
        "definition": {
            "name": {"en-GB": "meeting", "zh-CN": "会议"},
            "type": "http://adlnet.gov/expapi/activities/meeting",
        },
    },
}


def a_statement(**different: Any) -> dict[str, Any]:
    """A statement with another id each time, and different from the usual one as told (None: left out)."""
    whole = deepcopy(STATEMENT) | {"id": str(uuid4())} | different
    return {key: value for key, value in whole.items() if value is not None}


@dataclass
class Program:
    """A program that talks to the store as its own code would."""

    key: str
    secret: str
    version: str = "1.0.3"
    id: int = 0
    http: Client = field(default_factory=lambda: Client(raise_request_exception=True))

    @property
    def authorization(self) -> str:
        return "Basic " + b64encode(f"{self.key}:{self.secret}".encode()).decode()

    def send(
        self,
        method: str,
        path: str,
        params: dict[str, Any] | None = None,
        body: Any = None,
        *,
        content_type: str = "application/json",
        headers: dict[str, str | None] | None = None,
    ) -> HttpResponse:
        """Send anything. Bodies that are no bytes go as JSON; params that are no texts go as JSON too."""
        usual: dict[str, str | None] = {
            "Authorization": self.authorization,
            "X-Experience-API-Version": self.version,
        }
        told = {name: value for name, value in (usual | (headers or {})).items() if value is not None}
        said = {name: value if isinstance(value, str) else json.dumps(value) for name, value in (params or {}).items()}
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        address = f"/xapi/{path}" + (f"?{urlencode(said)}" if said else "")
        answer: HttpResponse = self.http.generic(method, address, data, content_type=content_type, headers=told)  # type: ignore[assignment]  # the client's own class of it
        return answer

    def get(self, path: str, **params: Any) -> HttpResponse:
        return self.send("GET", path, params)

    def post(self, *statements: dict[str, Any]) -> HttpResponse:
        return self.send("POST", "statements", body=statements[0] if len(statements) == 1 else list(statements))

    def ids(self, **params: Any) -> list[str]:
        """The ids of the statements that match, in the order told."""
        answer = self.get("statements", **params)
        assert answer.status_code == 200, answer.content
        return [each["id"] for each in json.loads(answer.content)["statements"]]


MakeProgram = Callable[..., Program]


@pytest.fixture
def program(db: None) -> MakeProgram:
    """Let a program in with these scopes."""

    def one(*scopes: str, name: str = "测试程序", version: str = "1.0.3") -> Program:
        assert set(scopes) <= set(SCOPES)
        made = create_client(name=name, scopes=scopes, by=None, at=timezone.now())
        return Program(made.key, made.secret, version, made.id)

    return one


@pytest.fixture
def lrs(program: MakeProgram) -> Program:
    """A program that may do everything, and speaks 1.0.3."""
    return program(ALL)
