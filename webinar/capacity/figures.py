"""The figures that capacity is reckoned from, each with where it was measured. Newer measurements replace them here.

Processor time is that of one core of the machine of docs/performance.md.
"""

# bench/fanout at 1,000 sockets: 77,000 to 98,000, median 89,000.
DELIVERIES_PER_CPU_SECOND = 88_000
CONNECT_MS = 5.3  # processor time of a ticket and the connect of its socket, state and presence included
KIB_PER_SOCKET = 28
# docs/centrifugo.md, section 7: the most of each.
CENTRIFUGO_CONNECT_MS = 0.28
CENTRIFUGO_DELIVERIES_PER_CPU_SECOND = 52_000
CENTRIFUGO_KIB_PER_SOCKET = 61

# docs/performance.md, "Requests", medians: registering as a guest, and join.
ADMISSION_MS = 4.7 + 7.9
HEARTBEAT_MS = 3.2  # over HTTP, which only pages with Centrifugo need
HEARTBEAT_SECONDS = 25.0  # SOCKET_HEARTBEAT_SECONDS
MESSAGE_MS = 7.3  # a chat message
VOTE_MS = 7.0
VOTING_SECONDS = 30.0  # within which everybody answers a poll
PLAYLIST_MS = 1.5  # that of a bare view: playlists are made once for everybody; a bound, not a measurement
PLAYLIST_SECONDS = 2.0  # between two of one viewer
PLAYLIST_KBIT = 16.0  # 2 kB

# docs/performance.md, "Encoders, recorder, and how late pictures are"; the busier of its runs for the recorder.
RECORDER_CORES = 0.45
RECORDER_MB = 142
GATEWAY_CORES = 0.05  # a stream of an encoder
# docs/recordings.md and docs/going-public.md
RECORDING_GB_AN_HOUR = 1.4

# livekit-client's presets for cameras, which the studio sends as simulcast (static/js/devices/local_media.js).
SPEAKER_KBPS = 1_700  # alone on stage: 720p
TILE_KBPS = 450  # one of several: 360p
VOICE_KBPS = 48
# https://docs.livekit.io/transport/self-hosting/benchmark: 3,000 viewers of one 720p publisher, 531 MB/s, 92 % of 16
# cores, so 289 Mbit/s a core. Users have reached half of that on the same machine (livekit/livekit, issue 3285).
LIVEKIT_MBIT_PER_CORE = 145.0

# What `python -m bench.idle` says of a process, rounded up.
PROCESS_MB = 200
LIVEKIT_MB = 50

#: Of anything, so that a crowd that comes in waves fits.
FULL = 0.7
