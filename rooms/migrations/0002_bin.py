"""Deleted rooms and presets wait in the bin; those from before it can be brought back from now on."""

from django.db import migrations, models
from django.utils import timezone


def begin_now(apps, schema_editor):
    """Their time in the bin begins with it, so that nothing goes at once that nobody could bring back until now."""
    for name in ("Room", "Preset"):
        apps.get_model("rooms", name).objects.filter(deleted_at__isnull=False).update(deleted_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("rooms", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="room",
            name="purged_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Since when nothing is left of it but this row.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="room",
            name="deleted_at",
            field=models.DateTimeField(blank=True, help_text="Since when it is in the bin.", null=True),
        ),
        migrations.RunPython(begin_now, migrations.RunPython.noop),
    ]
