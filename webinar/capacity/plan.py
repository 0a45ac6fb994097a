"""From a crowd to what it needs: cores, memory and bandwidth of each part, processes, machines, engines."""

from dataclasses import dataclass, field
from math import ceil

from webinar.capacity import figures as f


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """What is asked. ``people`` are all of the audience at once, in ``sessions`` sessions of the same size."""

    people: int
    sessions: int = 1
    speakers: int = 2
    minutes: int = 60
    arrive_minutes: float = 10.0
    messages_per_minute: float = 60.0  # of chat, a session
    hls_share: float | None = None  # of the audience; None: whoever is beyond ``webrtc_viewers``
    webrtc_viewers: int = 300  # of a session
    hls_kbps: int = 3_128
    has_cdn: bool = False
    has_centrifugo: bool = False
    cores: int = 4  # of a machine
    link_mbit: float = 1_000.0  # of a machine
    connections: int = 10_000  # of a process

    @property
    def hls_people(self) -> int:
        """How many watch over HLS."""
        if self.hls_share is not None:
            return round(self.people * self.hls_share)
        return max(0, self.people - self.sessions * self.webrtc_viewers)

    @property
    def webrtc_people(self) -> int:
        """How many watch over WebRTC."""
        return self.people - self.hls_people

    @property
    def stage_kbps(self) -> float:
        """What one WebRTC viewer is sent."""
        picture = f.SPEAKER_KBPS if self.speakers == 1 else self.speakers * f.TILE_KBPS
        return picture + self.speakers * f.VOICE_KBPS


@dataclass(frozen=True, slots=True)
class Need:
    """Of one part, at its busiest. ``processes`` are those that it takes; each uses one core at most where
    ``is_one_core``."""

    part: str
    cores: float
    memory_mb: float
    mbit: float
    processes: int

    def share(self, crowd: Crowd) -> float:
        """How full one process, and the link of one machine, would be with it: above 1 it does not fit."""
        bound = 1.0 if self.part in ("pages", "sockets") else crowd.cores
        return max(self.cores / bound, self.mbit / crowd.link_mbit) / f.FULL


@dataclass(frozen=True, slots=True)
class Plan:
    """What a crowd needs. ``steps`` are engines that take over, each as a sentence."""

    crowd: Crowd
    needs: list[Need]
    first_full: str
    first_full_at: int  # people, with everything in one process on one machine
    machines: int
    mbit: float  # leaves the machines at the busiest moment
    cdn_mbit: float
    traffic_gb: float  # of the whole event, CDN included
    recording_gb: float
    steps: list[str] = field(default_factory=list)


def plan(crowd: Crowd) -> Plan:
    """What ``crowd`` needs."""
    needs = [_pages(crowd), _sockets(crowd), _webrtc(crowd), _hls(crowd), _recorders(crowd)]
    fullest = max(needs, key=lambda need: need.share(crowd))
    cdn_mbit = crowd.hls_people * crowd.hls_kbps / 1_000 if crowd.has_cdn else 0.0
    mbit = sum(need.mbit for need in needs)
    return Plan(
        crowd=crowd,
        needs=needs,
        first_full=fullest.part,
        first_full_at=int(crowd.people / share) if (share := fullest.share(crowd)) else crowd.people,
        machines=max(_machines(crowd, needs), 1),
        mbit=mbit,
        cdn_mbit=cdn_mbit,
        traffic_gb=(mbit + cdn_mbit) * crowd.minutes * 60 / 8 / 1_000,
        recording_gb=crowd.sessions * crowd.minutes / 60 * f.RECORDING_GB_AN_HOUR,
        steps=_steps(crowd, {need.part: need for need in needs}),
    )


def _pages(crowd: Crowd) -> Need:
    """Coming in, or a poll that everybody answers, whichever is more; beside it chat, playlists, signs of life."""
    coming = crowd.people / (crowd.arrive_minutes * 60) * f.ADMISSION_MS
    voting = crowd.people / f.VOTING_SECONDS * f.VOTE_MS
    steady = crowd.sessions * crowd.messages_per_minute / 60 * f.MESSAGE_MS
    steady += crowd.hls_people / f.PLAYLIST_SECONDS * f.PLAYLIST_MS
    if crowd.has_centrifugo:
        steady += crowd.people / f.HEARTBEAT_SECONDS * f.HEARTBEAT_MS
    cores = (max(coming, voting) + steady) / 1_000
    processes = max(1, ceil(cores / f.FULL))
    return Need("pages", cores, processes * f.PROCESS_MB, 0.0, processes)


def _sockets(crowd: Crowd) -> Need:
    """Each message to everybody in its session, and the counts that move while people come in."""
    told = crowd.messages_per_minute / 60 + 1  # a second and session
    connecting = crowd.people / (crowd.arrive_minutes * 60)
    rate, connect, kib = f.DELIVERIES_PER_CPU_SECOND, f.CONNECT_MS, f.KIB_PER_SOCKET
    if crowd.has_centrifugo:
        rate = f.CENTRIFUGO_DELIVERIES_PER_CPU_SECOND
        connect, kib = f.CENTRIFUGO_CONNECT_MS, f.CENTRIFUGO_KIB_PER_SOCKET
    cores = crowd.people * told / rate + connecting * connect / 1_000
    # Centrifugo uses all cores of its machine, and is bounded by them alone.
    processes = 1 if crowd.has_centrifugo else max(ceil(cores / f.FULL), ceil(crowd.people / crowd.connections), 1)
    memory = processes * f.PROCESS_MB + crowd.people * kib / 1_024
    return Need("sockets", cores, memory, crowd.people * told * 0.25 * 8 / 1_000, processes)


def _webrtc(crowd: Crowd) -> Need:
    mbit = crowd.webrtc_people * crowd.stage_kbps / 1_000
    cores = mbit / f.LIVEKIT_MBIT_PER_CORE
    processes = max(1, ceil(max(cores / crowd.cores, mbit / crowd.link_mbit) / f.FULL))
    return Need("webrtc", cores, processes * f.LIVEKIT_MB, mbit, processes)


def _hls(crowd: Crowd) -> Need:
    """What leaves our machines: everything, or with a CDN the playlists, which carry each viewer's own grant."""
    playlists = crowd.hls_people * f.PLAYLIST_KBIT / f.PLAYLIST_SECONDS / 1_000
    segments = 0.0 if crowd.has_cdn else crowd.hls_people * crowd.hls_kbps / 1_000
    processes = max(1, ceil((playlists + segments) / crowd.link_mbit / f.FULL))
    return Need("hls", 0.0, 0.0, playlists + segments, processes)


def _recorders(crowd: Crowd) -> Need:
    cores = crowd.sessions * f.RECORDER_CORES
    return Need("recorders", cores, crowd.sessions * f.RECORDER_MB, 0.0, crowd.sessions)


def _machines(crowd: Crowd, needs: list[Need]) -> int:
    """Enough for all cores and all links; what cannot be divided has a machine that bears it, or none does."""
    cores = sum(need.cores for need in needs)
    mbit = sum(need.mbit for need in needs)
    return ceil(max(cores / crowd.cores, mbit / crowd.link_mbit) / f.FULL)


def _steps(crowd: Crowd, needs: dict[str, Need]) -> list[str]:
    pages, sockets, webrtc, hls = (needs[part] for part in ("pages", "sockets", "webrtc", "hls"))
    steps = []
    # In one process pages and sockets share one core.
    is_one = (pages.cores + sockets.cores) <= f.FULL and crowd.people <= crowd.connections and not crowd.has_centrifugo
    if not is_one:
        steps.append("PostgreSQL and Redis: more than one process shares the database and the events.")
        steps.append(
            f"serve --role pages, {pages.processes} of them"
            + ("." if crowd.has_centrifugo else f"; serve --role sockets, {sockets.processes} of them.")
        )
        steps.append("serve --role media,worker,beat, once, for what exists once.")
    if crowd.has_centrifugo:
        steps.append("Centrifugo holds the sockets: REALTIME_BROKER=centrifugo.")
    elif sockets.processes > crowd.cores:
        steps.append(f"Centrifugo instead of {sockets.processes} processes for sockets: --centrifugo reckons with it.")
    of_session = webrtc.mbit / crowd.sessions
    node = min(crowd.link_mbit, crowd.cores * f.LIVEKIT_MBIT_PER_CORE) * f.FULL
    if of_session > node:
        most = int(node * 1_000 / crowd.stage_kbps)
        steps.append(
            f"WEBRTC_VIEWERS={most} at most: a room has to fit on one LiveKit server, and one of these bears "
            "so many viewers of this stage. Everybody else gets HLS."
        )
    elif webrtc.processes > 1:
        steps.append(f"A LiveKit cluster of {webrtc.processes} servers with Redis, its rooms spread over them.")
    if hls.mbit > crowd.link_mbit * f.FULL and not crowd.has_cdn:
        steps.append(f"A CDN in front of /hls/s/: {hls.mbit:,.0f} Mbit/s of segments are too much for one link.")
    return steps or ["Nothing: one process with the embedded defaults bears it."]
