"""Forms with too large a file: the excess is dropped as it arrives, so that the page can answer.

The view gets the form's other fields, and the file with one byte more than any view accepts, so that the form is shown
again with its values and one sentence. The browser sends everything and gets its answer; the excess is never kept in
memory.
"""

from django.conf import settings
from django.utils.http import parse_header_parameters

from webinar.serve.bodies import Message, Receive, Scope

MOST = 128 * 1024 * 1024  # bytes of a form that are read; browsers are asked not to send larger ones
_HEAD_LIMIT = 16 * 1024  # bytes of the head of one part
_LONGEST_BOUNDARY = 70  # RFC 2046, 5.1.1


class UploadTooLong(Exception):
    """Larger than we are willing to read."""


def trimmed(scope: Scope, receive: Receive) -> tuple[Scope, Receive]:
    """The request with files cut to UPLOAD_LIMIT plus one byte; unchanged unless it is a page's form.

    The API answers 413 instead, since programs need no form back.
    """
    headers = dict(scope["headers"])
    boundary = _boundary(headers.get(b"content-type", b""))
    if boundary is None or scope["path"].startswith("/v1/"):
        return scope, receive
    declared = headers.get(b"content-length", b"0")
    trimmer = Trimmer(boundary, settings.UPLOAD_LIMIT + 1)
    received = 0

    async def receive_less() -> Message:
        nonlocal received
        if declared.isdigit() and (len(declared) > 15 or int(declared) > MOST):
            raise UploadTooLong
        message = await receive()
        if message["type"] != "http.request":
            return message
        piece = message.get("body", b"")
        received += len(piece)
        if received > MOST:
            raise UploadTooLong
        kept = trimmer.feed(piece)
        return {**message, "body": kept if message.get("more_body", False) else kept + trimmer.rest()}

    others = [(name, value) for name, value in scope["headers"] if name != b"content-length"]
    return {**scope, "headers": [*others, (b"transfer-encoding", b"chunked")]}, receive_less


class Trimmer:
    """Reads ``multipart/form-data`` (RFC 7578) as a stream and drops what a file has beyond ``most`` bytes.

    One byte of each further piece is kept, so that whoever reads the body sees progress.
    """

    def __init__(self, boundary: bytes, most: int) -> None:
        self._delimiter = b"\r\n--" + boundary
        self._most = most
        self._buffer = bytearray(b"\r\n")  # the first delimiter has no line break before it
        self._is_at_start = True
        self._is_in_head = self._is_file = self._is_over = False
        self._size = 0

    def feed(self, data: bytes) -> bytes:
        """What is kept of this piece, and of the bytes held back from the one before."""
        self._buffer += data
        out = bytearray()
        while not self._is_over and (self._head(out) if self._is_in_head else self._content(out)):
            pass
        if self._is_over:
            self._buffer.clear()  # what follows the last delimiter has no meaning
        if self._is_at_start and len(out) >= 2:
            self._is_at_start = False
            del out[:2]
        return bytes(out)

    def rest(self) -> bytes:
        """The bytes held back, after the last piece."""
        rest = bytes(self._buffer[2:] if self._is_at_start else self._buffer)
        self._buffer.clear()
        return rest[: self._most] if self._is_file else rest

    def _head(self, out: bytearray) -> bool:
        """Read the rest of a delimiter's line and the part's head; returns whether more can be parsed."""
        buffer = self._buffer
        if buffer.startswith(b"--"):
            out += b"--\r\n"
            self._is_over = True
            return False
        end = buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(buffer) > _HEAD_LIMIT:
                raise UploadTooLong
            return False
        head = buffer[: end + 4]
        out += head
        del buffer[: end + 4]
        self._is_file = b"filename" in head.lower()
        self._is_in_head, self._size = False, 0
        return True

    def _content(self, out: bytearray) -> bool:
        """Read content up to the next delimiter, or to where one may begin; returns whether more can be parsed."""
        buffer, delimiter = self._buffer, self._delimiter
        at = buffer.find(delimiter)
        end = at if at >= 0 else max(0, len(buffer) - len(delimiter) + 1)
        if end:
            room = max(1, self._most - self._size) if self._is_file else end
            out += buffer[: min(end, room)]
            self._size += end
            del buffer[:end]
        if at < 0:
            return False
        out += delimiter
        del buffer[: len(delimiter)]
        self._is_in_head = True
        return True


def _boundary(content_type: bytes) -> bytes | None:
    kind, parameters = parse_header_parameters(content_type[:500].decode("latin-1"))
    boundary = parameters.get("boundary", "")
    if kind != "multipart/form-data" or not 0 < len(boundary) <= _LONGEST_BOUNDARY:
        return None
    return boundary.encode("latin-1", "replace")
