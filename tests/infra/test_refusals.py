"""What keeps the demo from starting is said in one sentence, and changes nothing."""

import fcntl
import os
import socket
from pathlib import Path

import pytest

from infra.embedded.folder import DataFolder
from infra.embedded.postgres import check_data
from infra.embedded.trouble import Trouble
from tests.infra.conftest import Supervisor


def test_a_taken_port_is_named(supervisor: Supervisor, tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, said = supervisor.said("demo", PORT=str(port), DATA_DIR=str(tmp_path))

    assert code == 1
    assert f"Port {port} is taken" in said.splitlines()[-1]
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("port", ["eighty", "0", "70000", "-1", "8000.5"])
def test_a_port_that_is_none_is_refused(supervisor: Supervisor, tmp_path: Path, port: str) -> None:
    code, said = supervisor.said("demo", PORT=port, DATA_DIR=str(tmp_path))
    assert (code, said.count("\n")) == (1, 1)
    assert f"PORT={port} is not a port" in said


def test_a_data_folder_that_is_a_file_is_refused(supervisor: Supervisor, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    code, said = supervisor.said("exec", "--data", str(tmp_path / "file"), "--", "true")
    assert (code, said.count("\n")) == (1, 1)
    assert "is not a folder" in said
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_a_data_folder_in_use_is_refused(supervisor: Supervisor, tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.claim()
    code, said = supervisor.said("exec", "--data", str(tmp_path), "--", "true")
    assert (code, said.count("\n")) == (1, 1)
    assert f"in use by another demo (process {os.getpid()})" in said
    folder.release()


def test_a_lock_whose_owner_is_gone_is_no_lock(tmp_path: Path) -> None:
    first = DataFolder(tmp_path)
    first.claim()
    first.release()
    second = DataFolder(tmp_path)
    second.claim()
    with (tmp_path / "run" / "lock").open() as file, pytest.raises(BlockingIOError):
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    second.release()


def test_a_disk_without_room_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="GB are free"):
        DataFolder(tmp_path).check_space(least=2**60)


@pytest.mark.parametrize("part", ["base/1/stray", "PG_VERSION"])
def test_half_a_database_is_refused_and_left_alone(supervisor: Supervisor, tmp_path: Path, part: str) -> None:
    found = tmp_path / "postgres" / part
    found.parent.mkdir(parents=True)
    found.write_text("18\n", encoding="ascii")

    code, said = supervisor.said("exec", "--data", str(tmp_path), "--", "true")

    assert (code, said.count("\n")) == (1, 1)
    assert f"{tmp_path}/postgres holds only a part of a database" in said
    assert found.exists()


def test_a_database_of_another_version_is_refused(tmp_path: Path) -> None:
    (tmp_path / "postgres" / "global").mkdir(parents=True)
    (tmp_path / "postgres" / "global" / "pg_control").touch()
    (tmp_path / "postgres" / "PG_VERSION").write_text("15\n", encoding="ascii")
    with pytest.raises(Trouble, match="written by Postgres 15"):
        check_data(tmp_path / "postgres")


def test_a_command_that_does_not_exist_is_named(supervisor: Supervisor) -> None:
    code, said = supervisor.said("exec", "--fast-disk", "--", "no-such-command")
    assert (code, said.count("\n")) == (1, 1)
    assert "no-such-command could not be started" in said


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("DATABASE_URL", "postgresql://learner:secret-word@127.0.0.1:1/zhuxue"),
        ("DATABASE_URL", "postgresql:///zhuxue?host=/nowhere"),
        ("DATABASE_URL", "mysql://secret-word@127.0.0.1/zhuxue"),
        ("REDIS_URL", "redis://:secret-word@127.0.0.1:1/0"),
        ("REDIS_URL", "unix:///nowhere/redis.sock"),
        ("REDIS_URL", "secret-word"),
    ],
)
def test_a_server_that_does_not_answer_is_named_without_its_password(
    supervisor: Supervisor, tmp_path: Path, name: str, url: str
) -> None:
    code, said = supervisor.said("exec", "--data", str(tmp_path), "--fast-disk", "--", "true", **{name: url})
    assert (code, said.count("\n")) == (1, 1), said
    assert f"The server of {name} cannot be used" in said
    assert "secret-word" not in said
