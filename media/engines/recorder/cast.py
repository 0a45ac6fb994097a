"""Who is on stage and can be seen or heard: filled by the room, read by the production."""

import threading
from dataclasses import dataclass, field

from media.engines.recorder.sources import Pictures, Sound

ARRIVING = 1_000_000  # microseconds that the plate of a newcomer waits for their camera to be published …
STARTING = 2_000_000  # … and for the first frame of a published one
FROZEN = 5_000_000  # microseconds without a frame after which a camera counts as off; a screen may stand still


@dataclass(eq=False, slots=True)
class Feed:
    """One published video: somebody's camera or screen. ``order``: who came first has the smallest."""

    sid: str
    identity: str
    name: str
    is_screen: bool
    is_host: bool
    order: int
    pictures: Pictures = field(default_factory=Pictures)

    def is_visible(self, at: int) -> bool:
        """Whether there is a picture to show at this time."""
        picture = self.pictures.current
        return picture is not None and (self.is_screen or at - picture.at < FROZEN)


@dataclass(frozen=True, slots=True)
class Plate:
    """Stands for somebody who publishes, but cannot be seen: their name, drawn."""

    sid: str
    identity: str
    name: str
    is_host: bool
    order: int
    is_screen: bool = False


Shown = Feed | Plate


@dataclass(eq=False, slots=True)
class _Person:
    """Somebody with a camera, microphone or screen. ``voices``: the tracks of microphones."""

    name: str
    is_host: bool
    order: int
    since: int
    voices: set[str] = field(default_factory=set)
    feeds: dict[str, Feed] = field(default_factory=dict)

    def has_plate(self, at: int) -> bool:
        cameras = [feed for feed in self.feeds.values() if not feed.is_screen]
        if not (cameras or self.voices) or any(feed.is_visible(at) for feed in cameras):
            return False
        may_start = any(not feed.pictures.is_muted for feed in cameras)
        return at - self.since >= (STARTING if may_start else 0 if cameras else ARRIVING)


class Cast:
    """All feeds and sounds, by track; safe for the threads of both sides. Times in microseconds."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._people: dict[str, _Person] = {}
        self._sounds: dict[str, Sound] = {}
        self._count = 0
        self.speakers: frozenset[str] = frozenset()  # identities

    def add_feed(self, sid: str, identity: str, name: str, *, is_screen: bool, is_host: bool, at: int = 0) -> Feed:
        """Add a feed, without frames yet; ``at``: now."""
        with self._lock:
            person = self._person(identity, name, is_host=is_host, at=at)
            feed = person.feeds[sid] = Feed(sid, identity, person.name, is_screen, is_host, person.order)
            return feed

    def add_voice(self, sid: str, identity: str, name: str, *, is_host: bool, at: int = 0) -> None:
        """Somebody publishes a microphone: without a camera their plate is shown; ``at``: now."""
        with self._lock:
            self._person(identity, name, is_host=is_host, at=at).voices.add(sid)

    def remove(self, sid: str) -> None:
        """Remove a feed or voice; it disappears from the picture at once."""
        with self._lock:
            for identity, person in list(self._people.items()):
                person.feeds.pop(sid, None)
                person.voices.discard(sid)
                if not person.feeds and not person.voices:
                    del self._people[identity]

    def rename(self, identity: str, name: str) -> None:
        """Somebody has another name now."""
        with self._lock:
            if person := self._people.get(identity):
                person.name = name
                for feed in person.feeds.values():
                    feed.name = name

    def add_sound(self, sid: str, sound: Sound) -> None:
        """Add a sound; it is removed once it is closed and played to its end."""
        with self._lock:
            self._sounds[f"{sid}:{id(sound)}"] = sound

    def feeds(self) -> list[Feed]:
        """The present feeds."""
        with self._lock:
            return [feed for person in self._people.values() for feed in person.feeds.values()]

    def shown(self, at: int) -> list[Shown]:
        """What can be seen at this time: pictures, and plates of people without one."""
        with self._lock:
            shown: list[Shown] = []
            for identity, person in self._people.items():
                shown += [feed for feed in person.feeds.values() if feed.is_visible(at)]
                if person.has_plate(at):
                    shown.append(Plate(f"plate:{identity}", identity, person.name, person.is_host, person.order))
            return shown

    def sounds(self, position: int) -> list[Sound]:
        """The sounds that play from this position on."""
        with self._lock:
            for sid in [sid for sid, sound in self._sounds.items() if sound.is_over(position)]:
                del self._sounds[sid]
            return list(self._sounds.values())

    def _person(self, identity: str, name: str, *, is_host: bool, at: int) -> _Person:
        person = self._people.get(identity)
        if person is None:
            self._count += 1
            person = self._people[identity] = _Person(name, is_host, self._count, at)
        return person
