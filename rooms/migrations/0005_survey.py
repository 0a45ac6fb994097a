from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("rooms", "0004_words")]

    operations = [
        migrations.AddField(
            model_name="room",
            name="survey",
            field=models.JSONField(
                blank=True,
                editable=False,
                help_text="What its audience is asked when a session is over; null: nothing.",
                null=True,
            ),
        ),
    ]
