"""What an auditor types stands in no address: a reference of his own stands there."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("analytics", "0015_hashes_at_the_door")]
    operations = [
        migrations.CreateModel(
            name="HeldWords",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("auditor_id", models.BigIntegerField()),
                ("text", models.CharField(max_length=100)),
                ("held_at", models.DateTimeField()),
            ],
            options={
                "default_permissions": (),
                "constraints": [models.UniqueConstraint(fields=("auditor_id", "text"), name="held_words_twice")],
            },
        ),
    ]
