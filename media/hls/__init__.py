"""HLS (RFC 8216) from captures: playlists are written from their journals, never by an engine.

Pure functions over a capture's folder; who may see which playlist, and until when, is decided elsewhere.
"""
