"""What a run needs of its rows lies sealed in batches; a row keeps what its company sees. The hash of the file, never read, goes.

Reversing gives the columns back empty: imports that have not ended must be checked again.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_GONE = (
    ("document_index", models.BinaryField(max_length=32, default=b"")),
    ("document_sealed", models.BinaryField(default=b"")),
    ("done", models.BooleanField(default=False)),
    ("email", models.CharField(max_length=200, blank=True, default="")),
    ("issued_on", models.DateField(null=True, blank=True)),
    ("joined_on", models.DateField(null=True, blank=True)),
    ("kind", models.CharField(max_length=20, blank=True, default="")),
    ("licence_number", models.CharField(max_length=40, blank=True, default="")),
    ("phone", models.CharField(max_length=20, blank=True, default="")),
    ("post_code", models.CharField(max_length=40, blank=True, default="")),
    ("region_code", models.CharField(max_length=6, blank=True, default="")),
)


def _removed() -> list[migrations.operations.base.Operation]:
    """With a default first, so that the columns can be given back to rows that are there."""
    operations: list[migrations.operations.base.Operation] = []
    for name, field in _GONE:
        operations += [
            migrations.AlterField("importrow", name, field),
            migrations.RemoveField("importrow", name),
        ]
    return operations


class Migration(migrations.Migration):
    dependencies = [
        ("enterprise", "0005_check_again"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("rosterimport", "through", models.PositiveIntegerField(default=0)),
        migrations.AlterField("rosterimport", "sha256", models.BinaryField(max_length=32, default=b"")),
        migrations.RemoveField("rosterimport", "sha256"),
        *_removed(),
        migrations.RemoveField("importrow", "person"),
        migrations.AlterField(
            "importrow",
            "run",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rows",
                to="enterprise.rosterimport",
            ),
        ),
        migrations.CreateModel(
            name="ImportBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first", models.PositiveIntegerField()),
                ("last", models.PositiveIntegerField()),
                ("sealed", models.BinaryField()),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="batches",
                        to="enterprise.rosterimport",
                    ),
                ),
            ],
            options={
                "verbose_name": "名单的一批",
                "verbose_name_plural": "名单的批次",
                "ordering": ["first"],
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("run", "first"), name="import_batch_twice")],
            },
        ),
    ]
