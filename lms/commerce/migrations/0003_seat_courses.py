"""What a seat opens to its learner is noted, so that it closes with the seat."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commerce", "0002_books_and_returns"), ("content", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="SeatCourse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("opened", models.BooleanField()),
                (
                    "assignment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="courses", to="commerce.assignment"
                    ),
                ),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="content.courseedition"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="seatcourse",
            constraint=models.UniqueConstraint(fields=("assignment", "edition"), name="seat_course_twice"),
        ),
    ]
