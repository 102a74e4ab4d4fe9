from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        migrations.AddField(
            model_name="licence",
            name="exchanged_on",
            field=models.DateField(blank=True, null=True, verbose_name="换发日期"),
        ),
    ]
