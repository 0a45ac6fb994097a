"""A session with something of every kind that can belong to one."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from captions.models import CaptionLine
from chat.models import ChatMessage, ChatReport
from polls.models import Poll, PollOption, Vote
from questions.models import Question
from recordings.models import TextTrack
from sessions.models import Attendance, Ban, Invitation, Session, SessionRole, StageMember
from stage.models import HandRaise
from surveys.models import SurveyAnswer
from tests.recordings.conftest import make_recording


def fill(session, by: User, guest: User):
    """A published recording with captions, who came, and what they said; the recording."""
    now = timezone.now()
    recording = make_recording(session, published_at=now)
    TextTrack.objects.create(recording=recording, language="en", label="English", source="upload", text="WEBVTT")
    came = Attendance.objects.create(session=session, user=guest, join_count=1, watch_duration=60)
    SurveyAnswer.objects.create(attendance=came, rating=4, answers=[{"question": "What was missing?", "answer": "Tea"}])
    for text in ("Hello", "Foul"):
        ChatMessage.objects.create(
            session=session, user=guest, username="Grace", role="audience", text=text, published_at=now
        )
    ChatReport.objects.create(message=ChatMessage.objects.get(text="Foul"), reported_by=by, reason="rude")
    poll = Poll.objects.create(session=session, created_by=by, question="Well?", launched_at=now)
    option = PollOption.objects.create(poll=poll, text="Yes", position=0)
    Vote.objects.create(poll=poll, option=option, user=guest, is_only=True)
    Question.objects.create(session=session, user=guest, text="Why?")
    CaptionLine.objects.create(session=session, written_by=by, text="Good morning", language="en", at=now)
    Ban.objects.create(session=session, user=guest, banned_by=by, reason="rude")
    SessionRole.objects.create(session=session, user=guest, role="speaker", assigned_by=by)
    StageMember.objects.create(session=session, user=guest)
    HandRaise.objects.create(session=session, user=guest)
    Invitation.objects.create(session=session, name="Ada", role="speaker", token_hash="1f" * 32, invited_by=by)
    return recording


def age_in_bin(row, days: float = 8):
    """As if it had been put into the bin so many days ago."""
    type(row).objects.filter(pk=row.pk).update(deleted_at=timezone.now() - timedelta(days=days))


def ended(session):
    """As if it had been on air."""
    now = timezone.now()
    Session.objects.filter(pk=session.pk).update(
        status="ended", started_at=now - timedelta(minutes=61), ended_at=now - timedelta(minutes=1)
    )
    session.refresh_from_db()
    return session
