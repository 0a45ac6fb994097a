"""HLS of sessions: what it shows, to whom, and whether anybody needs it.

Playlists: ``/hls/<session>/<grant>/index.m3u8`` (the renditions; of what was recorded, after the end),
``full.m3u8`` (the same from the beginning), and ``live/<rendition>.m3u8`` and ``full/<rendition>.m3u8`` below.
Segments: ``/hls/s/<capture>/<until>-<signature>/<rendition>/<file>``, the same for everybody within an hour.
"""
