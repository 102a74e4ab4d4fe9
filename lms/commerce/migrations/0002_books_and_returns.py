"""What came of comparing the books is kept; money that goes back above the limit takes two people, as refunds do."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

PERSON = {"null": True, "on_delete": django.db.models.deletion.PROTECT, "related_name": "+", "to": settings.AUTH_USER_MODEL}


class Migration(migrations.Migration):
    dependencies = [("commerce", "0001_initial"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="BooksComparison",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("since", models.DateTimeField()),
                ("failed", models.BooleanField(default=False)),
                ("payments", models.PositiveIntegerField(default=0)),
                ("refunds", models.PositiveIntegerField(default=0)),
                ("differences", models.JSONField(default=list)),
            ],
            options={"ordering": ["-id"]},
        ),
        migrations.CreateModel(
            name="ExplainedDifference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=20)),
                ("reference", models.CharField(max_length=100)),
                ("ours_minor", models.BigIntegerField()),
                ("theirs_minor", models.BigIntegerField()),
                ("why", models.CharField(max_length=200)),
                ("at", models.DateTimeField()),
                ("by", models.ForeignKey(**PERSON | {"null": False})),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("what", "reference", "ours_minor", "theirs_minor"), name="difference_explained_twice"
                    )
                ],
            },
        ),
        migrations.AddField("payment", "came_minor", models.PositiveBigIntegerField(blank=True, null=True)),
        migrations.AddField("payment", "came_currency", models.CharField(blank=True, default="", max_length=3), preserve_default=False),
        migrations.AddField("payment", "return_asked_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("payment", "return_asked_by", models.ForeignKey(**PERSON)),
        migrations.AddField("payment", "return_agreed_by", models.ForeignKey(**PERSON)),
        migrations.AddConstraint(
            "payment",
            models.CheckConstraint(
                condition=Q(return_agreed_by__isnull=True) | ~Q(return_agreed_by=F("return_asked_by")),
                name="payment_return_agreed_by_who_asked",
            ),
        ),
    ]
