"""Renditions are called by a code, since slides have the height of a size; videos know their thumbnails."""

from django.db import migrations, models
from django.db.models.functions import Cast


def heights_become_codes(apps, schema_editor):
    apps.get_model("player", "Rendition").objects.update(code=Cast("height", models.CharField()))


def forget_slides(apps, schema_editor):
    """Going back: a video may then have one rendition of each height."""
    apps.get_model("player", "Rendition").objects.filter(code="slides").delete()


class Migration(migrations.Migration):
    dependencies = [("player", "0008_small_steps")]

    operations = [
        *(
            migrations.AddField("video", name, models.PositiveIntegerField(blank=True, null=True))
            for name in ("sprite_interval_ms", "sprite_count", "sprite_width", "sprite_height")
        ),
        migrations.AddConstraint(
            "video",
            models.CheckConstraint(
                condition=models.Q(
                    sprite_interval_ms__isnull=True,
                    sprite_count__isnull=True,
                    sprite_width__isnull=True,
                    sprite_height__isnull=True,
                )
                | models.Q(sprite_interval_ms__gt=0, sprite_count__gt=0, sprite_width__gt=0, sprite_height__gt=0),
                name="video_sprite_half_known",
            ),
        ),
        migrations.AddField("rendition", "code", models.CharField(default="", max_length=8), preserve_default=False),
        # Backwards there is nothing to do: the heights are still there.
        migrations.RunPython(heights_become_codes, migrations.RunPython.noop),
        migrations.AlterModelOptions(
            "rendition", {"ordering": ["video_id", "bandwidth"], "verbose_name": "画质", "verbose_name_plural": "画质"}
        ),
        migrations.RemoveConstraint("rendition", "rendition_same_height_twice"),
        migrations.RunPython(migrations.RunPython.noop, forget_slides),
        migrations.AddConstraint(
            "rendition", models.UniqueConstraint(fields=("video", "code"), name="rendition_same_code_twice")
        ),
        migrations.AddConstraint(
            "rendition",
            models.CheckConstraint(condition=models.Q(("code", ""), _negated=True), name="rendition_without_code"),
        ),
    ]
