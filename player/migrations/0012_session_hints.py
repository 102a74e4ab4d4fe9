from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('player', '0011_session_version'),
    ]

    operations = [
        migrations.AddField(
            model_name='watchsession',
            name='hints',
            field=models.CharField(blank=True, default='', max_length=60),
        ),
    ]
