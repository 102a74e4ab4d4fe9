"""The tables of the xAPI store. What a client sent is never rewritten: only whether it is voided may change."""

import django.contrib.postgres.fields
from django.db import migrations, models


FORWARD = """
CREATE TRIGGER xapi_statement_no_change
    BEFORE UPDATE OF uuid, client_id, batch, stored, verb_key, registration, refers_to, body ON analytics_xapistatement
    FOR EACH STATEMENT EXECUTE FUNCTION analytics_refuse_log_change();
ALTER TABLE analytics_xapistatement ENABLE ALWAYS TRIGGER xapi_statement_no_change;
"""
BACKWARD = "DROP TRIGGER xapi_statement_no_change ON analytics_xapistatement;"


class Migration(migrations.Migration):

    dependencies = [
        ('analytics', '0006_arrivals_by_row'),
    ]

    operations = [
        migrations.CreateModel(
            name='XapiActivity',
            fields=[
                ('key', models.UUIDField(primary_key=True, serialize=False)),
                ('iri', models.TextField()),
                ('definition', models.TextField()),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='XapiMention',
            fields=[
                ('pk', models.CompositePrimaryKey('key', 'statement_id', 'role', blank=True, editable=False, primary_key=True, serialize=False)),
                ('key', models.UUIDField()),
                ('statement_id', models.BigIntegerField()),
                ('role', models.SmallIntegerField()),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='XapiRollUp',
            fields=[
                ('id', models.SmallIntegerField(primary_key=True, serialize=False)),
                ('position', models.BigIntegerField()),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='XapiAttachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('client_id', models.BigIntegerField()),
                ('sha2', models.CharField(max_length=128)),
                ('content_type', models.CharField(max_length=500)),
                ('content', models.BinaryField()),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('client_id', 'sha2'), name='xapi_attachment_twice')],
            },
        ),
        migrations.CreateModel(
            name='XapiClient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100)),
                ('key', models.CharField(max_length=40)),
                ('secret_hash', models.BinaryField(max_length=32)),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), size=None)),
                ('created_at', models.DateTimeField()),
                ('created_by_id', models.BigIntegerField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('key',), name='xapi_client_key_twice')],
            },
        ),
        migrations.CreateModel(
            name='XapiDocument',
            fields=[
                ('key', models.UUIDField(primary_key=True, serialize=False)),
                ('shelf', models.UUIDField()),
                ('registration', models.UUIDField(null=True)),
                ('name', models.TextField()),
                ('content_type', models.CharField(max_length=500)),
                ('content', models.BinaryField()),
                ('etag', models.CharField(max_length=40)),
                ('updated_at', models.DateTimeField()),
                ('client_id', models.BigIntegerField()),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(fields=['shelf', 'updated_at'], name='xapi_document_shelf')],
            },
        ),
        migrations.CreateModel(
            name='XapiReference',
            fields=[
                ('pk', models.CompositePrimaryKey('source_id', 'target', blank=True, editable=False, primary_key=True, serialize=False)),
                ('source_id', models.BigIntegerField()),
                ('target', models.UUIDField()),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(fields=['target'], name='xapi_reference_target')],
            },
        ),
        migrations.CreateModel(
            name='XapiStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField()),
                ('client_id', models.BigIntegerField(null=True)),
                ('batch', models.UUIDField(null=True)),
                ('stored', models.DateTimeField()),
                ('verb_key', models.UUIDField()),
                ('registration', models.UUIDField(null=True)),
                ('refers_to', models.UUIDField(null=True)),
                ('voided', models.BooleanField(default=False)),
                ('body', models.TextField()),
            ],
            options={
                'default_permissions': ('view',),
                'indexes': [models.Index(fields=['client_id', 'id'], name='xapi_statement_client'), models.Index(fields=['verb_key', 'id'], name='xapi_statement_verb'), models.Index(fields=['stored'], name='xapi_statement_stored'), models.Index(condition=models.Q(('batch__isnull', False)), fields=['batch'], name='xapi_statement_batch'), models.Index(condition=models.Q(('registration__isnull', False)), fields=['registration', 'id'], name='xapi_statement_registration'), models.Index(condition=models.Q(('refers_to__isnull', False)), fields=['refers_to'], name='xapi_statement_refers')],
                'constraints': [models.UniqueConstraint(fields=('uuid',), name='xapi_statement_uuid_twice')],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
