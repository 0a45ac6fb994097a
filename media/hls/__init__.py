"""HLS (RFC 8216) from what captures leave: playlists are written from their journals, never by an engine.

Pure functions over a capture's folder; who may see which playlist, and until when, is not decided here.
"""
