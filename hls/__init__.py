"""HLS of sessions: what it shows, who may watch, and whether it is needed.

Playlists: ``/hls/<session>/<grant>/index.m3u8`` (the renditions; of the replay, after the end), ``full.m3u8`` (the same
from the beginning), and ``live/<rendition>.m3u8`` and ``full/<rendition>.m3u8`` below. Segments:
``/hls/s/<capture>/<until>-<signature>/<rendition>/<file>``, the same for everybody within an hour.
"""
