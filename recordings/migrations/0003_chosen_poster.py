from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("recordings", "0002_replay_publishing")]

    operations = [
        migrations.AddField(
            model_name="recording",
            name="chosen_poster",
            field=models.JSONField(
                blank=True,
                help_text="The host's own choice: at (seconds; none: an uploaded picture), file, tries if it failed.",
                null=True,
            ),
        ),
    ]
