"""GET /hls/…: who gets which playlist, what it shows, and that segments are the same for everybody."""

import re
from datetime import timedelta
from urllib.parse import urljoin

import pytest
from django.core import signing
from django.db import OperationalError
from django.utils import timezone

from hls import viewers
from hls.presence import watchers
from media import links
from media.models import Capture
from sessions.models import Ban, Session, SessionRole
from tests.hls.watched import came_in, captured, end, path_for
from tests.media.hls.reading import MediaPlaylist, read_multivariant
from tests.recordings.conftest import make_recording
from webinar.serve import hls

pytestmark = pytest.mark.django_db(transaction=True)


def code(reply):
    return reply.status_code


def test_a_viewer_finds_the_renditions_their_playlists_and_the_segments(live_session, viewer, ask):
    capture, _journal = captured(live_session)
    address = path_for(viewer, live_session)
    first = ask(address)
    assert first.status_code == 200
    assert first.headers["content-type"] == "application/vnd.apple.mpegurl"
    assert first.headers["cache-control"] == "private, no-store"
    variants = read_multivariant(first.text)
    assert set(variants) == {"live/360p.m3u8", "live/180p.m3u8"}
    for name in variants:
        reply = ask(urljoin(address, name))
        read = MediaPlaylist(reply.text)
        assert len(read.entries) == 10
        assert not read.is_over
    segment = read.uris[-1]
    assert segment.startswith(f"/hls/s/{capture.pk}/")
    assert code(ask(segment)) == 404  # told, but not written
    (capture.folder / segment.split("/", 5)[5]).write_bytes(b"moof")
    reply = ask(segment)
    assert (reply.status_code, reply.content) == (200, b"moof")
    assert re.fullmatch(r"public, max-age=1[0-9]{2}, immutable", reply.headers["cache-control"])
    assert reply.headers["content-type"] == "video/mp4"
    assert code(ask(address, "HEAD")) == 200
    assert ask(address, "HEAD").content == b""
    assert code(ask(address, "POST")) == 405


def test_the_list_from_the_beginning_and_the_window(live_session, viewer, ask, settings):
    settings.HLS_WINDOW = 6
    captured(live_session)
    window = MediaPlaylist(ask(path_for(viewer, live_session, "live/360p.m3u8")).text)
    whole = MediaPlaylist(ask(path_for(viewer, live_session, "full/360p.m3u8")).text)
    assert (len(window.entries), window.first, window.kind) == (3, 7, None)
    assert (len(whole.entries), whole.first, whole.kind) == (10, 0, "EVENT")
    assert window.uris == whole.uris[-3:]
    assert set(read_multivariant(ask(path_for(viewer, live_session, "full.m3u8")).text)) == {
        "full/360p.m3u8",
        "full/180p.m3u8",
    }


def test_playlists_travel_packed(live_session, viewer, ask):
    captured(live_session)
    address = path_for(viewer, live_session, "full/360p.m3u8")
    plain, packed = ask(address, **{"accept-encoding": "identity"}), ask(address, **{"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == plain.text
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2


def test_everybody_gets_the_same_segments(live_session, viewer, host, ask):
    captured(live_session)
    assert path_for(viewer, live_session) != path_for(host, live_session)
    mine, theirs = (ask(path_for(user, live_session, "live/360p.m3u8")).text for user in (viewer, host))
    assert mine == theirs


def written(capture, *files):
    """The files of these addresses, or names, are there."""
    for file in files:
        (capture.folder / "/".join(file.split("/")[-2:])).write_bytes(b"moof")


def segments_of(text):
    """The addresses of a playlist: segments, and the sections that they begin with."""
    read = MediaPlaylist(text)
    return {*read.uris, *(entry.initial for entry in read.entries)}


def test_no_address_opens_another_file_than_its_own(live_session, viewer, ask):
    """What a viewer was told says nothing about what comes before and after, in whatever rendition."""
    capture, _journal = captured(live_session, since=timedelta(seconds=90), count=40)  # live for a minute
    told = segments_of(ask(path_for(viewer, live_session, "full/360p.m3u8")).text)
    names = [f"{name}/{number:08}.m4s" for name in ("360p", "180p") for number in range(45)]
    names += [f"{name}/init-{run}.mp4" for name in ("360p", "180p") for run in range(2)]
    written(capture, *names)
    assert all(code(ask(address)) == 200 for address in told)
    one = max(told)
    head = one.rsplit("/", 2)[0]
    opened = {name for name in names if code(ask(f"{head}/{name}")) == 200}
    assert opened == {one.removeprefix(f"{head}/")}
    _capture, until_and_signature = head.rsplit("/", 2)[1:]
    until, _dash, signature = until_and_signature.partition("-")
    later = head.replace(until, f"{int(until, 16) + 3600:x}")
    assert code(ask(later + one.removeprefix(head))) == 404
    assert code(ask(head.replace(signature, signature[:-1]) + one.removeprefix(head))) == 404


def test_who_is_banned_learns_of_nothing_that_comes_after(live_session, viewer, host, ask, monkeypatch):
    now = [links.time.time()]
    monkeypatch.setattr(links.time, "time", lambda: now[0])
    capture, journal = captured(live_session, since=timedelta(seconds=60), count=10)
    told = segments_of(ask(path_for(viewer, live_session, "live/360p.m3u8")).text)
    Ban.objects.create(session=live_session, user=viewer, banned_by=host)
    journal.add()
    assert code(ask(path_for(viewer, live_session, "live/360p.m3u8"))) == 403
    others = segments_of(ask(path_for(came_in(host, live_session), live_session, "live/360p.m3u8")).text)
    written(capture, *others)
    new = others - told
    assert {address.rsplit("/", 1)[1] for address in new} == {"00000010.m4s"}
    assert {code(ask(address)) for address in others} == {200}
    heads = {address.rsplit("/", 2)[0] for address in told}
    assert {code(ask(f"{head}/360p/00000010.m4s")) for head in heads} == {404}
    now[0] += (hls.FOLLOWED + timedelta(seconds=hls.STEP)).total_seconds()
    assert {code(ask(address)) for address in told} == {404}


def test_addresses_of_segments_are_the_same_for_a_step_and_then_end(live_session, viewer, ask, monkeypatch):
    captured(live_session)
    now = [links.time.time()]
    now[0] += hls.STEP - now[0] % hls.STEP + 5
    monkeypatch.setattr(links.time, "time", lambda: now[0])
    address = path_for(viewer, live_session, "live/360p.m3u8")

    def told():
        return segments_of(ask(address).text)

    first = told()
    written(Capture.objects.get(), *first)
    now[0] += hls.STEP - 10
    assert told() == first
    now[0] += 10
    second = told()
    assert not first & second
    assert {code(ask(each)) for each in first} == {200}  # for those who have an older playlist still
    [kept] = {ask(each).headers["cache-control"] for each in first}
    assert kept == f"public, max-age={hls.FOLLOWED.seconds - 5}, immutable"  # caches keep it no longer than it holds
    now[0] += hls.FOLLOWED.seconds
    assert {code(ask(each)) for each in first} == {404}
    assert {code(ask(each)) for each in second} == {200}


def test_what_was_live_is_told_for_some_minutes_after_the_end_and_a_replay_for_its_length(
    live_session, viewer, ask, monkeypatch
):
    capture, _journal = captured(live_session)
    end(live_session)
    Capture.objects.update(state="ended", wanted=False)
    closing = segments_of(ask(path_for(viewer, live_session, "full/360p.m3u8")).text)
    recording = make_recording(live_session)
    recording.capture, recording.published_at = capture, timezone.now()
    recording.started_at, recording.stopped_at = live_session.started_at, live_session.ended_at
    recording.save()
    end(live_session, timedelta(minutes=5))
    replay = segments_of(ask(path_for(viewer, live_session, "full/360p.m3u8")).text)
    written(capture, *closing, *replay)
    assert {code(ask(each)) for each in closing | replay} == {200}
    now = links.time.time()
    monkeypatch.setattr(links.time, "time", lambda: now + hls.CLOSING.seconds + hls.STEP)
    assert {code(ask(each)) for each in closing} == {404}
    assert {code(ask(each)) for each in replay} == {200}
    monkeypatch.setattr(links.time, "time", lambda: now + hls.BREAKS.seconds + 3700)
    assert {code(ask(each)) for each in replay} == {404}


def test_a_grant_is_for_one_session_and_one_person_and_ends(live_session, viewer, stranger, host, ask, settings, room):
    captured(live_session)
    good = path_for(viewer, live_session)
    assert code(ask(good)) == 200
    other = Session.objects.create(room=room, preset=live_session.preset, title="Other")
    assert code(ask(good.replace(str(live_session.pk), str(other.pk)))) == 404
    assert code(ask(good.replace("/index", "x/index"))) == 404
    assert code(ask(good.replace(good.split("/")[3], signing.dumps([1, 2, 3], salt="sessions.rights.playback")))) == 404
    assert code(ask(path_for(stranger, live_session))) == 403  # never came in
    settings.HLS_GRANT_LIFETIME = timedelta(seconds=-1)
    assert code(ask(good)) == 410


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "/",
        "/index.m3u8",
        "/live/360p.m3u8/x",
        "/live/..%2f360p.m3u8",
        "/live/720p.m3u8",
        "/other.m3u8",
        "/full/",
        "/../../s/x",
    ],
)
def test_there_is_nothing_else(live_session, viewer, ask, rest):
    captured(live_session)
    address = path_for(viewer, live_session).removesuffix("/index.m3u8")
    wrong = address + rest if rest != "/index.m3u8" else f"/hls/{live_session.pk}/index.m3u8"
    assert code(ask(wrong)) == 404


def test_only_segments_are_given_out_of_a_capture(live_session, viewer, ask):
    capture, _journal = captured(live_session)
    uri = MediaPlaylist(ask(path_for(viewer, live_session, "live/360p.m3u8")).text).uris[0]
    prefix = uri.rsplit("/", 2)[0]
    (capture.folder / "part-0000.mp4").write_bytes(b"moov")
    for file in ("part-0000.mp4", "journal.jsonl", "360p/../part-0000.mp4", "360p/x.m4s", "360p/", "../x/y.m4s"):
        assert code(ask(f"{prefix}/{file}")) == 404, file
    assert code(ask(uri.replace(str(capture.pk), "0" * 36))) == 404


def test_a_ban_ends_it_and_so_does_a_revoked_sign_in(live_session, viewer, host, ask):
    captured(live_session)
    address = path_for(viewer, live_session)
    assert code(ask(address)) == 200
    ban = Ban.objects.create(session=live_session, user=viewer, banned_by=host)
    assert code(ask(address)) == 403
    ban.lifted_at = timezone.now()
    ban.save()
    assert code(ask(address)) == 200
    viewer.credentials_epoch += 1
    viewer.save()
    assert code(ask(address)) == 403


def test_nothing_of_the_rehearsal_is_shown(live_session, viewer, ask):
    captured(live_session, since=timedelta(seconds=90), count=40)  # live for a minute
    read = MediaPlaylist(ask(path_for(viewer, live_session, "full/360p.m3u8")).text)
    assert read.uris[0].endswith("00000015.m4s")
    assert read.entries[0].moment >= live_session.started_at - timedelta(milliseconds=2)


def test_before_the_first_segment_the_player_is_asked_to_come_again(live_session, viewer, ask):
    reply = ask(path_for(viewer, live_session))
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "2")
    captured(live_session, count=0)
    assert code(ask(path_for(viewer, live_session))) == 503


def test_a_scheduled_session_shows_nothing_to_its_crew(session, host, ask):
    captured(session)
    assert code(ask(path_for(host, session))) == 503


def test_at_the_end_players_get_the_end(live_session, viewer, ask):
    capture, _journal = captured(live_session)
    address = path_for(viewer, live_session, "live/360p.m3u8")
    before = MediaPlaylist(ask(address).text)
    end(live_session)
    closing = MediaPlaylist(ask(address).text)
    assert not closing.is_over  # the last segments are still to come
    Capture.objects.filter(pk=capture.pk).update(state="ended", wanted=False)
    over = MediaPlaylist(ask(address).text)
    assert over.is_over
    over.follows(before)
    assert MediaPlaylist(ask(path_for(viewer, live_session, "full/360p.m3u8")).text).kind == "VOD"


def test_after_the_end_the_published_recordings_are_shown_as_they_were_trimmed(live_session, viewer, ask):
    capture, journal = captured(live_session, since=timedelta(minutes=1), count=5)
    recordings = []
    for _ in range(2):
        recording = make_recording(live_session)
        recordings.append(recording)
        journal.mark(recording.start_mark)
        for _ in range(5):
            journal.add()
        journal.mark(recording.stop_mark)
        journal.add()
        recording.capture = capture
        recording.save()
    end(live_session, timedelta(hours=1))
    Capture.objects.filter(pk=capture.pk).update(state="ended", wanted=False)
    address = path_for(viewer, live_session, "full/360p.m3u8")
    assert code(ask(address)) == 404
    for recording in recordings:
        recording.published_at = timezone.now()
        recording.save()
    read = MediaPlaylist(ask(address).text)
    numbers = [int(uri.rsplit("/", 1)[1][:8]) for uri in read.uris]
    assert numbers == [5, 6, 7, 8, 9, 11, 12, 13, 14, 15]
    assert [entry.is_break for entry in read.entries].index(True) == 5
    assert read.kind == "VOD"
    assert set(read_multivariant(ask(path_for(viewer, live_session)).text)) == {"full/360p.m3u8", "full/180p.m3u8"}
    recordings[0].trim_start, recordings[0].trim_end = 2.0, 6.5
    recordings[0].save()
    recordings[1].published_at = None
    recordings[1].save()
    read = MediaPlaylist(ask(address).text)
    assert [int(uri.rsplit("/", 1)[1][:8]) for uri in read.uris] == [6, 7]
    Capture.objects.filter(pk=capture.pk).update(files_deleted_at=timezone.now())
    assert code(ask(address)) == 404


def test_who_watches_is_noted_in_their_role(live_session, viewer, member, ask):
    captured(live_session)
    SessionRole.objects.create(session=live_session, user=member, role="moderator", assigned_by=live_session.room.host)
    watchers._seen.clear()
    for user in (viewer, viewer, came_in(member, live_session)):
        ask(path_for(user, live_session, "live/360p.m3u8"))
    assert {key: role for key, (_at, role) in watchers._seen.items()} == {
        (live_session.pk, viewer.pk): "audience",
        (live_session.pk, member.pk): "moderator",
    }
    watchers._seen.clear()


def test_any_number_of_viewers_is_judged_with_the_same_queries(live_session, django_assert_max_num_queries):
    from accounts.models import User
    from accounts.person import Person
    from hls.viewers import judge_all
    from sessions.rights.passes import Pass

    people = [came_in(User.objects.create_user(username=f"Viewer {n}", is_guest=True), live_session) for n in range(30)]
    grants = [Pass.of(Person(user=user), live_session) for user in people]
    with django_assert_max_num_queries(6):
        decisions = judge_all(live_session.pk, grants)
    assert all(decisions[grant].may_watch for grant in grants)


def test_the_replays_audience_is_not_counted(live_session, viewer, ask):
    captured(live_session)
    end(live_session)
    watchers._seen.clear()
    assert code(ask(path_for(viewer, live_session, "live/360p.m3u8"))) == 200
    assert not watchers._seen


def test_while_the_database_is_away_players_are_asked_to_come_again(live_session, viewer, ask, monkeypatch):
    captured(live_session)

    def away(*_args):
        raise OperationalError

    monkeypatch.setattr(viewers, "judge_all", away)
    reply = ask(path_for(viewer, live_session))
    assert (reply.status_code, reply.headers["retry-after"]) == (503, "2")
