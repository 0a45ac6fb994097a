"""From a capture's parts to a file: the steps after a recording was stopped.

probe → join → check → pictures → checksum → store → verify → done. The result of each step is stored in
``Recording.steps``, its files in a folder for this recording: after a kill only the unfinished step is repeated. The
parts stay until a copy of the file was read back from the storage and is byte for byte the same.
"""

from recordings.processing.pipeline import process, process_due, process_next
from recordings.processing.retrying import retry

__all__ = ["process", "process_due", "process_next", "retry"]
