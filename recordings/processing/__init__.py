"""From a capture's parts to a file: the steps after a recording was stopped.

probe → join → check → pictures → checksum → store → verify → done. What each step found stands in ``Recording.steps``,
its files in a folder of the recording's own: whoever goes on after a kill repeats the step that was not finished, and
no other. The parts stay until a copy of the file was read back from the storage and is the same, byte by byte.
"""

from recordings.processing.pipeline import process, process_due, process_next
from recordings.processing.retrying import retry

__all__ = ["process", "process_due", "process_next", "retry"]
