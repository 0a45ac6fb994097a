from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('live_sessions', '0002_people'),
    ]

    operations = [
        migrations.AddField(
            model_name='stagemember',
            name='seen_at',
            field=models.DateTimeField(blank=True, help_text='When their connection to the stage was last there; empty before the first.', null=True),
        ),
    ]
