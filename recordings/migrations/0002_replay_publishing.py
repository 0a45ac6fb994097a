"""How a session's recordings are published moves into the session's row, where it can be chosen from the start."""

from django.db import migrations


def move(apps, schema_editor):
    Session = apps.get_model("live_sessions", "Session")
    for choice in apps.get_model("recordings", "ReplayChoice").objects.all():
        Session.objects.filter(pk=choice.session_id).update(replay_publishing=choice.publishing)


def move_back(apps, schema_editor):
    ReplayChoice = apps.get_model("recordings", "ReplayChoice")
    for session in apps.get_model("live_sessions", "Session").objects.exclude(replay_publishing=""):
        ReplayChoice.objects.create(session_id=session.pk, publishing=session.replay_publishing)


class Migration(migrations.Migration):
    dependencies = [("recordings", "0001_initial"), ("live_sessions", "0006_replay_publishing")]

    operations = [migrations.RunPython(move, move_back), migrations.DeleteModel(name="ReplayChoice")]
