"""Who is on stage and can be seen or heard: filled by the room, read by the production."""

import threading
from dataclasses import dataclass, field

from media.engines.recorder.sources import Pictures, Sound


@dataclass(eq=False, slots=True)
class Feed:
    """One published video: somebody's camera or screen. ``order``: the smallest came first."""

    sid: str
    identity: str
    name: str
    is_screen: bool
    is_host: bool
    order: int
    pictures: Pictures = field(default_factory=Pictures)

    @property
    def is_visible(self) -> bool:
        """Whether there is a picture to show."""
        return self.pictures.current is not None


class Cast:
    """All feeds and sounds, by track; safe for the threads of both sides."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._feeds: dict[str, Feed] = {}
        self._sounds: dict[str, Sound] = {}
        self._count = 0
        self.speakers: frozenset[str] = frozenset()  # identities

    def add_feed(self, sid: str, identity: str, name: str, *, is_screen: bool, is_host: bool) -> Feed:
        """Add a feed, without frames yet."""
        with self._lock:
            self._count += 1
            feed = self._feeds[sid] = Feed(sid, identity, name, is_screen, is_host, self._count)
            return feed

    def remove_feed(self, sid: str) -> None:
        """Remove a feed; it disappears from the picture at once."""
        with self._lock:
            self._feeds.pop(sid, None)

    def add_sound(self, sid: str, sound: Sound) -> None:
        """Add a sound; it is removed once it is closed and played to its end."""
        with self._lock:
            self._sounds[f"{sid}:{id(sound)}"] = sound

    def feeds(self) -> list[Feed]:
        """The present feeds."""
        with self._lock:
            return list(self._feeds.values())

    def sounds(self, position: int) -> list[Sound]:
        """The sounds that play from this position on."""
        with self._lock:
            for sid in [sid for sid, sound in self._sounds.items() if sound.is_over(position)]:
                del self._sounds[sid]
            return list(self._sounds.values())
