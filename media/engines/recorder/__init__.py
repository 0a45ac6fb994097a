"""Records a room: a hidden participant composes the people on stage into one picture and encodes it once.

The packets go into crash-safe part files and, with a smaller second encoding, into HLS segments; ``journal.jsonl``
lists them. Its commands and events are defined in the port, ``media.captures.port``. ``room`` connects and fills the
``cast`` with ``sources`` · ``layout``, ``drawing``, ``compositor`` make one picture of them · ``encoding``, ``boxes``,
``parts``, ``segments``, ``journal``, ``output`` write it to files · ``production`` does so frame by frame, ``engine``
in real time and controlled over the pipe.
"""
