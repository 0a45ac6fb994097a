"""RTMP in, WebRTC out: forwards the streams of OBS and other encoders to the media server's WHIP endpoint.

The layers, each knowing only those before it: ``amf``, ``chunks``, ``session`` (the protocol, without any socket) ·
``flv``, ``h264``, ``timeline``, ``opus``, ``reencoding`` (the media) · ``whip``, ``health``, ``ingest`` (one stream on
its way to the media server) · ``server``, ``gateway`` (the process).
"""
