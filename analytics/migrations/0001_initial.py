import django.contrib.postgres.indexes
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Label',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40)),
                ('key', models.CharField(max_length=64)),
                ('text', models.CharField(max_length=200)),
            ],
            options={
                'default_permissions': ('view',),
                'constraints': [models.UniqueConstraint(fields=('kind', 'key'), name='log_label_key_twice')],
            },
        ),
        migrations.CreateModel(
            name='LogRecord',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('kind', models.CharField(max_length=80)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('learner_id', models.BigIntegerField(null=True)),
                ('subject', models.TextField(default='')),
                ('happened_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField()),
                ('payload', models.JSONField()),
                ('canonical', models.BinaryField()),
                ('leaf_hash', models.BinaryField(max_length=32)),
            ],
            options={
                'default_permissions': ('view',),
                'indexes': [django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['recorded_at'], name='log_record_recorded_at'), models.Index(fields=['learner_id', 'id'], name='log_record_learner'), models.Index(fields=['kind', 'id'], name='log_record_kind'), models.Index(fields=['subject', 'id'], name='log_record_subject')],
                'constraints': [models.UniqueConstraint(fields=('uuid',), name='log_record_uuid_twice')],
            },
        ),
    ]
