"""The embedded servers: their data comes back, and no end of the supervisor leaves a process behind."""

import os
import signal
import sys
from pathlib import Path

import psycopg
import pytest
import redis

from infra.embedded import kernel
from infra.embedded.cluster import Cluster, operator_named_servers
from infra.embedded.process import Process, Program
from infra.embedded.watch import Watch
from tests.infra.conftest import Supervisor, wait_until

pytestmark = pytest.mark.kill

WRITE = """
import os, psycopg
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
    connection.execute("INSERT INTO kept VALUES (1)")
    print("rows", connection.execute("SELECT count(*) FROM kept").fetchone()[0], flush=True)
"""
WRITE_AND_STAY = f"""{WRITE}
import subprocess, time
subprocess.Popen(["sleep", "600"], start_new_session=True)  # what a task may start
time.sleep(600)
"""


def run_writing(supervisor: Supervisor, data: Path) -> str:
    code, said = supervisor.said("exec", "--data", str(data), "--", sys.executable, "-c", WRITE)
    assert code == 0, said
    return said.strip()


def test_a_second_start_takes_up_the_data_again(supervisor: Supervisor, tmp_path: Path) -> None:
    assert [run_writing(supervisor, tmp_path) for _ in range(2)] == ["rows 1", "rows 2"]
    assert supervisor.family() == set()


def test_a_cut_off_making_of_the_database_is_begun_again(supervisor: Supervisor, tmp_path: Path) -> None:
    (tmp_path / "postgres.new" / "base").mkdir(parents=True)
    assert run_writing(supervisor, tmp_path) == "rows 1"
    assert not (tmp_path / "postgres.new").exists()


def test_a_very_long_data_folder_works(supervisor: Supervisor, tmp_path: Path) -> None:
    assert run_writing(supervisor, tmp_path / ("long" * 40) / ("er " * 20) / "数据") == "rows 1"


def test_the_code_of_the_command_is_passed_on(supervisor: Supervisor) -> None:
    assert supervisor.said("exec", "--fast-disk", "--", "sh", "-c", "exit 7")[0] == 7
    assert supervisor.said("exec", "--fast-disk", "--", "sh", "-c", "kill -9 $$")[0] == 137


@pytest.mark.parametrize("victim", ["guard", "supervisor", "both"])
@pytest.mark.parametrize("which", [signal.SIGTERM, signal.SIGKILL], ids=["asked", "killed"])
def test_an_ended_supervisor_leaves_no_process(
    supervisor: Supervisor, tmp_path: Path, victim: str, which: signal.Signals
) -> None:
    guard = supervisor.start("exec", "--data", str(tmp_path), "--", sys.executable, "-c", WRITE_AND_STAY)
    assert guard.stdout is not None
    assert guard.stdout.readline() == "rows 1\n"
    assert wait_until(lambda: {"postgres", "redis-server", "sleep"} <= supervisor.names(), 5)
    (below,) = kernel.children_of(guard.pid)

    for pid in {"guard": [guard.pid], "supervisor": [below], "both": [guard.pid, below]}[victim]:
        os.kill(pid, which)

    if (victim, which) == ("both", signal.SIGKILL):  # nobody is left to look for what a command has hidden
        assert wait_until(lambda: supervisor.names() <= {"sleep"}, 15)
    else:
        assert wait_until(lambda: supervisor.names() == set(), 15)
    supervisor.end()
    assert run_writing(supervisor, tmp_path) == "rows 2"


def test_what_dies_is_started_again(tmp_path: Path) -> None:
    cluster = Cluster(data=tmp_path)
    try:
        cluster.start_servers()
        program = Program(
            name="web", command=("sleep", "600"), log=tmp_path / "web.log", env=dict(os.environ), cwd=tmp_path
        )
        cluster.application["web"] = Process(program)
        cluster.application["web"].start()
        watch = Watch(cluster)
        before = {name: cluster.process(name).pid for name in ("postgres", "redis", "web")}
        for name in before:
            cluster.kill(name)

        def all_run_again() -> bool:
            watch.look()
            return all(cluster.process(name).runs and cluster.process(name).pid != before[name] for name in before)

        assert wait_until(all_run_again, 15)
    finally:
        cluster.stop()
    assert not any(cluster.process(name).runs for name in before)


def test_a_corner_of_the_operators_servers_is_left_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    operators = Cluster(data=tmp_path / "operator")
    try:
        operators.start_servers()
        monkeypatch.setenv("DATABASE_URL", operators.servers.database_url)
        monkeypatch.setenv("REDIS_URL", operators.servers.redis_url)
        monkeypatch.delenv("LMS_EMBEDDED", raising=False)
        tests = Cluster(data=tmp_path / "tests", own_servers=not operator_named_servers())
        tests.start_servers()
        with (
            psycopg.connect(tests.env["DATABASE_URL"]) as connection,
            redis.Redis.from_url(tests.env["REDIS_URL"]) as ours,
        ):
            connection.execute("CREATE TABLE ours (n int)")
            ours.set("ours", 1)
        tests.stop()

        with psycopg.connect(operators.servers.database_url) as connection:
            assert connection.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'zhuxue%'").fetchone() == (
                1,
            )
        with redis.Redis.from_url(operators.servers.redis_url) as theirs:
            assert theirs.info("keyspace") == {}
    finally:
        operators.stop()
