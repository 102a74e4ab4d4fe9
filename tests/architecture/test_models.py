"""The tables and their migrations: where foreign keys may point, and what each table says of itself."""

import inspect
import re
from functools import cache
from itertools import pairwise

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.migrations.loader import MigrationLoader

from tests.architecture.tree import APPS_UPWARDS


@cache
def loader() -> MigrationLoader:
    """Every migration on disk; no database is asked."""
    return MigrationLoader(None, ignore_no_migrations=True)


OUR_MODELS = [model for model in apps.get_models() if model._meta.app_label in APPS_UPWARDS]
named = pytest.mark.parametrize("model", OUR_MODELS, ids=[model._meta.label for model in OUR_MODELS])


def test_every_app_of_ours_has_its_floor() -> None:
    packages = ("lms.", "content", "player", "proctoring", "analytics")
    ours = {config.label for config in apps.get_app_configs() if config.name.startswith(packages)}
    assert ours == set(APPS_UPWARDS) & ours
    assert set(APPS_UPWARDS) - ours <= {"house"}


@named
def test_foreign_keys_follow_the_floors(model: type[models.Model]) -> None:
    floor = APPS_UPWARDS.index(model._meta.app_label)
    for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
        target = field.related_model
        if not isinstance(target, type) or target._meta.label == settings.AUTH_USER_MODEL:
            continue
        if target._meta.app_label in APPS_UPWARDS:
            assert APPS_UPWARDS.index(target._meta.app_label) <= floor, f"{field.name} points up"


@pytest.mark.parametrize("label", ["analytics", "accounts"])
def test_some_apps_point_at_no_other_app_of_ours(label: str) -> None:
    """The log outlives what it tells of; and a cycle through accounts would stop the first `migrate`."""
    pointing = [
        f"{model._meta.label}.{field.name}"
        for model in OUR_MODELS
        if model._meta.app_label == label
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many)
        if isinstance(field.related_model, type)
        and field.related_model._meta.app_label in APPS_UPWARDS
        and (label == "analytics" or field.related_model._meta.app_label != label)
    ]
    assert not pointing


@named
def test_each_table_says_what_personal_data_it_holds(model: type[models.Model]) -> None:
    if model._meta.auto_created:
        return
    assert re.search(r"^\s+# pii: \S", inspect.getsource(model), re.M)


@named
def test_each_table_says_what_a_row_is(model: type[models.Model]) -> None:
    if model._meta.auto_created:
        return
    own = model.__doc__ or ""
    assert own and not own.startswith(f"{model.__name__}("), "the docstring is Django's"


@named
def test_what_is_forbidden_has_a_name_of_its_own(model: type[models.Model]) -> None:
    """`<table>_<what it forbids>`: the error that an operator sees says what went wrong."""
    for constraint in model._meta.constraints:
        assert re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", constraint.name), constraint.name


@pytest.mark.parametrize("label", APPS_UPWARDS)
def test_migrations_form_one_line(label: str) -> None:
    graph = loader().graph
    ours = sorted(name for app, name in graph.nodes if app == label)
    assert [name[:4] for name in ours] == [f"{number:04d}" for number in range(1, len(ours) + 1)]
    for earlier, later in pairwise(ours):
        assert (label, earlier) in {node.key for node in graph.node_map[(label, later)].parents}
    assert not [name for name in ours if re.search(r"_auto_|_alter_|_and_more$|_merge_", name)], (
        "name it for its change"
    )


def test_ledgers_are_insert_only() -> None:
    """Each table that says so in its docstring has the triggers that make it true."""
    sql = "\n".join(
        str(operation.sql)
        for (app, _), migration in loader().disk_migrations.items()
        if app in APPS_UPWARDS
        for operation in migration.operations
        if hasattr(operation, "sql")
    )
    ledgers = [
        model
        for model in OUR_MODELS
        if re.search(r"append-only|insert-only|Inserted, never|Written once", model.__doc__ or "")
    ]
    assert any(model._meta.db_table == "analytics_logrecord" for model in ledgers)
    for model in ledgers:
        assert re.search(rf"BEFORE UPDATE OR DELETE ON \"?{model._meta.db_table}\b", sql), model._meta.label
