"""The rows that migrations leave behind, kept aside so that each transactional test can begin with them again.

Such a test ends by emptying every table: without this Wagtail's page root, the roles and all else that `migrate` made
would be gone for the tests after it, and for the next run on the same database.
"""

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

# Not the partitions: their rows are copied and emptied with the whole table.
_TABLES = """
    SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(%s) AND relkind IN ('r', 'p') AND NOT relispartition
        AND relname <> 'django_migrations' ORDER BY relname
"""
_COLUMNS = """
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""


def remember() -> None:
    """Copy every table that is not empty into the schema `pristine`, once in the life of a test database."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT to_regnamespace('pristine') IS NOT NULL")
        if cursor.fetchone() == (True,):
            return
        cursor.execute("CREATE SCHEMA pristine")
        for table in _tables("public"):
            cursor.execute(f'SELECT EXISTS (SELECT FROM public."{table}")')  # noqa: S608 — a name from the catalogue
            if cursor.fetchone() == (True,):
                cursor.execute(f'CREATE TABLE pristine."{table}" AS TABLE public."{table}"')


def restore() -> None:
    """Put the remembered rows back, with their numbers. Foreign keys are deferred, so the order does not matter."""
    tables = _tables("pristine")
    if not tables:
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE " + ", ".join(f'public."{table}"' for table in tables) + " CASCADE")
        for table in tables:
            cursor.execute(_COLUMNS, [f'public."{table}"'])
            (columns,) = cursor.fetchone() or ("",)
            cursor.execute(
                f'INSERT INTO public."{table}" ({columns}) SELECT {columns} FROM pristine."{table}"'  # noqa: S608 — names from the catalogue
            )
    ContentType.objects.clear_cache()  # flush had given the types other numbers


def _tables(schema: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_TABLES, [schema])
        return [name for (name,) in cursor.fetchall()]
