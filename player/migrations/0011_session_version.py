from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('player', '0010_chunk_sum'),
    ]

    operations = [
        migrations.AddField(
            model_name='watchsession',
            name='version',
            field=models.PositiveIntegerField(default=0),
        ),
    ]
