"""Who is on stage, as far as it can be seen and heard: filled by the room, read by the production."""

import threading
from dataclasses import dataclass, field

from media.engines.recorder.sources import Pictures, Sound


@dataclass(eq=False, slots=True)
class Feed:
    """One published picture: somebody's camera or screen. ``order``: the one that came first has the smallest."""

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
        """A new one, without pictures yet."""
        with self._lock:
            self._count += 1
            feed = self._feeds[sid] = Feed(sid, identity, name, is_screen, is_host, self._count)
            return feed

    def remove_feed(self, sid: str) -> None:
        """Its pictures vanish at once."""
        with self._lock:
            self._feeds.pop(sid, None)

    def add_sound(self, sid: str, sound: Sound) -> None:
        """A new one; it goes by itself once closed and heard to its end."""
        with self._lock:
            self._sounds[f"{sid}:{id(sound)}"] = sound

    def feeds(self) -> list[Feed]:
        """Those that are there now."""
        with self._lock:
            return list(self._feeds.values())

    def sounds(self, position: int) -> list[Sound]:
        """Those that are heard from this position on."""
        with self._lock:
            for sid in [sid for sid, sound in self._sounds.items() if sound.is_over(position)]:
                del self._sounds[sid]
            return list(self._sounds.values())
