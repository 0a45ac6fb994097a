from django.db import migrations, models


def name_attendees(apps, schema_editor):
    """Of speakers it was not noted as what they came: they stay the attendees that they were taken for."""
    apps.get_model("live_sessions", "Attendance").objects.filter(is_crew=True).update(is_attendee=False)


def name_crew(apps, schema_editor):
    apps.get_model("live_sessions", "Attendance").objects.filter(is_attendee=False).update(is_crew=True)


class Migration(migrations.Migration):
    dependencies = [("live_sessions", "0005_invitation_mail")]

    operations = [
        migrations.AddField(
            model_name="attendance",
            name="is_attendee",
            field=models.BooleanField(
                default=True,
                help_text="They came as audience; not only with a role that opens the backstage to them.",
            ),
        ),
        migrations.RunPython(name_attendees, name_crew, elidable=True),
        migrations.RemoveField(model_name="attendance", name="is_crew"),
        migrations.RemoveField(model_name="presence", name="is_crew"),
        migrations.AddField(
            model_name="presence",
            name="role",
            field=models.CharField(default="audience", help_text="A sessions.capabilities.Role.", max_length=9),
        ),
    ]
