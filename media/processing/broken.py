"""What is raised for files that cannot be read or written. Apart from the names of errors: libav weighs several MB."""

import av

#: Libav's errors are not all OSErrors.
BROKEN = (av.FFmpegError, OSError)
