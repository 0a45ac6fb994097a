"""Deleted sessions wait in the bin; those from before it can be brought back from now on."""

from django.db import migrations, models
from django.utils import timezone


def begin_now(apps, schema_editor):
    """Their time in the bin begins with it, so that nothing goes at once that nobody could bring back until now."""
    apps.get_model("live_sessions", "Session").objects.filter(deleted_at__isnull=False).update(
        deleted_at=timezone.now()
    )


class Migration(migrations.Migration):
    dependencies = [("live_sessions", "0008_invitation_links_once")]

    operations = [
        migrations.AddField(
            model_name="session",
            name="purged_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Since when nothing is left of it but this row, who came, and what was reported.",
                null=True,
            ),
        ),
        migrations.AlterField(
            model_name="session",
            name="deleted_at",
            field=models.DateTimeField(blank=True, help_text="Since when it is in the bin.", null=True),
        ),
        migrations.RunPython(begin_now, migrations.RunPython.noop),
    ]
