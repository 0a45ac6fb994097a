"""Records a room: a hidden participant composes those on stage into one picture and encodes it once.

The packets go into crash-safe part files and, with a smaller second encoding, into HLS segments; ``journal.jsonl``
tells what there is. What it takes and tells is written down in the port, ``media.captures.port``.

``room`` connects and fills the ``cast`` with ``sources`` · ``layout``, ``drawing``, ``compositor`` make one picture of
them · ``encoding``, ``boxes``, ``parts``, ``segments``, ``journal``, ``output`` put it into files · ``production`` does
so picture by picture, ``engine`` in real time and as told over the pipe.
"""
