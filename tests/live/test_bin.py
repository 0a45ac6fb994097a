"""What goes into the bin with a session or a room, comes back with it, and goes for good."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from audit.models import AuditEntry
from captions.models import CaptionLine
from chat.models import ChatMessage, ChatReport
from core.errors import NotFound
from live.services import bin as everything
from media.models import Capture
from polls.models import Poll, Vote
from questions.models import Question
from recordings import storage
from recordings.keeping import bin as recordings_bin
from recordings.keeping.usage import storage_usage
from recordings.models import Recording, TextTrack
from recordings.processing import process
from recordings.processing.due import waiting
from recordings.queries import my_recordings
from rooms.bin import (
    find_preset_in_bin,
    find_room_in_bin,
    my_presets_in_bin,
    my_rooms_in_bin,
    restore_preset,
    restore_room,
)
from rooms.models import Preset, Room
from rooms.services import create_preset, delete_preset, delete_room
from sessions.bin import RoomInBin, find_in_bin, my_bin, restore_session
from sessions.models import Attendance, Ban, Invitation, Session, SessionRole, StageMember
from sessions.services import create_session, delete_session
from stage.models import HandRaise
from surveys.models import SurveyAnswer
from tests.conftest import as_person
from tests.live.filled import age_in_bin, ended, fill
from tests.recordings.captured import files_below, stopped_recording
from tests.recordings.conftest import ended_session, files, make_recording  # noqa: F401 — fixtures

pytestmark = pytest.mark.django_db

_GOES = (ChatMessage, Poll, Vote, Question, CaptionLine, HandRaise, SessionRole, StageMember, Invitation, TextTrack)
_GOES += (SurveyAnswer,)


def count(*models):
    return [model.objects.count() for model in models]


def move_to_bin(session, host):
    delete_session(actor=as_person(host), session=session)
    session.refresh_from_db()
    return session


def test_everything_goes_and_comes_back_together(ended_session, host, guest):  # noqa: F811
    recording = fill(ended_session, host, guest)
    earlier = make_recording(ended_session, name="Thrown away before", deleted_at=timezone.now())
    before = count(*_GOES, Attendance, ChatReport, Ban, Recording)
    found = everything.contents_of([ended_session])[ended_session.pk]
    assert found == everything.Contents(
        recordings=1,
        binned_recordings=1,
        bytes=1000,
        replays=1,
        people=1,
        messages=2,
        polls=1,
        questions=1,
        captions=1,
        answers=1,
    )
    move_to_bin(ended_session, host)
    assert not my_recordings(as_person(host)).exists()
    assert list(recordings_bin.my_bin(as_person(host))) == []
    assert list(my_bin(as_person(host))) == [ended_session]
    assert everything.contents_of([ended_session])[ended_session.pk] == found
    assert everything.empty_due() == 0
    restore_session(actor=as_person(host), session=find_in_bin(as_person(host), ended_session.pk))
    assert list(my_recordings(as_person(host))) == [recording]
    assert list(recordings_bin.my_bin(as_person(host))) == [earlier]
    assert count(*_GOES, Attendance, ChatReport, Ban, Recording) == before
    assert list(my_bin(as_person(host))) == []
    assert [entry.action for entry in AuditEntry.objects.order_by("at")] == ["session.deleted", "session.restored"]


def test_when_its_time_is_over_rows_and_files_go_and_evidence_and_attendance_stay(ended_session, host, guest, files):  # noqa: F811
    kept = process(stopped_recording(ended_session, seconds=2).pk)
    fill(ended_session, host, guest)
    move_to_bin(ended_session, host)
    age_in_bin(ended_session, 6.9)
    assert everything.empty_due() == 0
    assert storage.exists(kept.storage_type, kept.file_path)
    age_in_bin(ended_session)
    with pytest.raises(NotFound):
        find_in_bin(as_person(host), ended_session.pk)
    assert everything.empty_due() == 1
    assert files_below(files) == []
    assert {model.__name__: model.objects.count() for model in _GOES} == {
        **dict.fromkeys((model.__name__ for model in _GOES), 0),
        "ChatMessage": 1,
    }
    assert ChatMessage.objects.get().text == "Foul"  # somebody reported it
    assert count(Attendance, ChatReport, Ban, Session) == [1, 1, 1, 1]
    assert list(Recording.objects.filter(files_deleted_at=None)) == []
    ended_session.refresh_from_db()
    assert (ended_session.title, ended_session.purged_at is not None) == ("Launch", True)
    assert everything.empty_due() == 0
    assert AuditEntry.objects.filter(action="session.purged").count() == 1


def test_files_that_a_storage_keeps_hold_of_go_later(ended_session, host, guest, files, monkeypatch):  # noqa: F811
    process(stopped_recording(ended_session, seconds=2).pk)
    move_to_bin(ended_session, host)
    age_in_bin(ended_session)

    def refuse(*args):
        raise ConnectionError("no route to the storage")

    monkeypatch.setattr(storage, "remove", refuse)
    assert everything.empty_due() == 1
    assert files_below(files) != []
    monkeypatch.undo()
    assert recordings_bin.purge_due() == 1
    assert files_below(files) == []


def test_the_host_need_not_wait(ended_session, host, stranger, guest, files):  # noqa: F811
    process(stopped_recording(ended_session, seconds=2).pk)
    move_to_bin(ended_session, host)
    with pytest.raises(NotFound):
        everything.delete_session_for_good(actor=as_person(stranger), session=ended_session)
    everything.delete_session_for_good(actor=as_person(host), session=ended_session)
    assert files_below(files) == []
    assert not my_bin(as_person(host)).exists()
    with pytest.raises(NotFound):
        restore_session(actor=as_person(host), session=ended_session)


def test_what_was_not_processed_yet_waits_and_goes_on_after_it_came_back(ended_session, host, files):  # noqa: F811
    stopped = stopped_recording(ended_session, seconds=2)
    move_to_bin(ended_session, host)
    assert list(waiting()) == []
    assert process(stopped.pk) is None
    restore_session(actor=as_person(host), session=ended_session)
    assert process(stopped.pk).status == "completed"


def test_the_storage_page_counts_what_waits_with_a_session_as_in_the_bin(ended_session, host, files):  # noqa: F811
    kept = process(stopped_recording(ended_session, seconds=2).pk)
    move_to_bin(ended_session, host)
    usage = storage_usage()
    assert (usage.bin_count, usage.bin_bytes, usage.totals) == (1, kept.file_size, [])
    assert (usage.orphans.files, usage.orphans.rows) == ([], [])
    storage.remove(kept.storage_type, kept.file_path)
    assert storage_usage().orphans.rows == []  # what is in the bin is missed by nobody


def test_a_room_goes_and_comes_back_with_its_sessions_but_for_those_in_the_bin_before(
    room,
    preset,
    ended_session,  # noqa: F811
    host,
    guest,
):
    recording = fill(ended_session, host, guest)
    planned = create_session(actor=as_person(host), room=room, title="Next", preset_id=preset.pk).session
    before = create_session(actor=as_person(host), room=room, title="Before", preset_id=preset.pk).session
    move_to_bin(before, host)
    delete_room(actor=as_person(host), room=room)
    assert not my_recordings(as_person(host)).exists()
    assert list(my_rooms_in_bin(as_person(host))) == [room]
    assert list(my_bin(as_person(host))) == []  # its own time goes on, and it comes back into a room only
    with pytest.raises(RoomInBin):
        restore_session(actor=as_person(host), session=before)
    found = everything.contents_of_rooms([room])[room.pk]
    assert (found.sessions, found.binned_sessions, found.contents.recordings, found.contents.messages) == (2, 1, 1, 2)
    restore_room(actor=as_person(host), room=find_room_in_bin(as_person(host), room.pk))
    assert list(my_recordings(as_person(host))) == [recording]
    assert set(Session.objects.alive()) == {ended_session, planned}
    assert list(my_bin(as_person(host))) == [before]


def test_a_room_goes_for_good_with_all_its_sessions(room, ended_session, host, guest, files):  # noqa: F811
    process(stopped_recording(ended_session, seconds=2).pk)
    delete_room(actor=as_person(host), room=room)
    age_in_bin(room)
    assert everything.empty_due() == 1
    assert files_below(files) == []
    room.refresh_from_db()
    ended_session.refresh_from_db()
    assert None not in (room.purged_at, ended_session.purged_at)
    assert everything.empty_due() == 0


def test_a_room_may_go_for_good_at_once(room, ended_session, host, member, files):  # noqa: F811
    process(stopped_recording(ended_session, seconds=2).pk)
    delete_room(actor=as_person(host), room=room)
    with pytest.raises(NotFound):
        everything.delete_room_for_good(actor=as_person(member), room=room)
    everything.delete_room_for_good(actor=as_person(host), room=room)
    assert files_below(files) == []
    assert not my_rooms_in_bin(as_person(host)).exists()


def test_a_preset_comes_back_and_is_no_second_default(host, preset, tenant):
    delete_preset(actor=as_person(host), preset=preset)
    other = create_preset(actor=as_person(host), name="Other", type="whip", primary_color="#000000", is_default=True)
    back = restore_preset(actor=as_person(host), preset=find_preset_in_bin(as_person(host), preset.pk))
    assert (back.is_default, Preset.objects.get(pk=other.pk).is_default) == (False, True)


def test_a_preset_goes_with_its_logo_unless_a_session_refers_to_it(host, preset, session, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    lonely = create_preset(actor=as_person(host), name="Lonely", type="whip", primary_color="#000000")
    logo = default_storage.save("logos/aaaaaaaaaaaaaaaaaaaaaaaa.png", ContentFile(b"png"))
    Preset.objects.filter(pk=lonely.pk).update(logo=logo)
    move_to_bin(session, host)
    for each in (lonely, preset):
        delete_preset(actor=as_person(host), preset=each)
        age_in_bin(each)
    everything.empty_due()
    assert list(Preset.objects.all()) == [preset]
    assert not my_presets_in_bin(as_person(host)).exists()


def test_the_capture_of_a_deleted_session_is_closed_as_any(ended_session, host, files):  # noqa: F811
    from recordings.services import capture_over

    capture = Capture.objects.create(room=ended_session.media_room, wanted=False, state=Capture.State.FAILED)
    recording = make_recording(ended_session, status="recording", phase="capturing", file_path="")
    Recording.objects.update(capture=capture)
    move_to_bin(ended_session, host)
    capture_over(capture)
    recording.refresh_from_db()
    assert (recording.phase, recording.status) == ("done", "failed")


def test_a_backstage_that_was_open_is_closed_when_the_session_comes_back(session, host, guest):
    Session.objects.update(backstage_opened_at=timezone.now())
    StageMember.objects.create(session=session, user=guest)
    move_to_bin(session, host)
    back = restore_session(actor=as_person(host), session=session)
    assert (back.status, back.is_backstage, back.stage_members.filter(left_stage_at=None).count()) == (
        "scheduled",
        False,
        0,
    )


def test_a_session_comes_back_with_a_preset_that_was_deleted_meanwhile(session, preset, host):
    move_to_bin(session, host)
    delete_preset(actor=as_person(host), preset=preset)
    age_in_bin(preset)
    everything.empty_due()
    assert restore_session(actor=as_person(host), session=session).preset == preset


def test_an_admin_of_the_organization_has_the_same_bin_and_a_member_has_not(tenant, session, host, member):
    move_to_bin(session, host)
    assert list(my_bin(as_person(member))) == []
    tenant.organization.memberships.filter(user=member).update(role="admin")
    assert list(my_bin(as_person(member))) == [session]


def test_a_deleted_rooms_row_and_address_stay(room, session, host, client):
    ended(session)
    delete_room(actor=as_person(host), room=room)
    age_in_bin(room)
    everything.empty_due()
    assert Room.objects.count() == 1
    assert client.get(f"/w/{room.slug}/{session.pk}").status_code == 410
