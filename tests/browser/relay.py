"""A network between a client and the server that drops connections in silence, or stalls."""

import select
import socket
import threading
from contextlib import suppress

#: Of a page, before it begins: its sockets to ``socket`` of the product go to the relay's port. The origin stays the page's.
THROUGH = """const Real = WebSocket;
window.WebSocket = class extends Real {{
  constructor(url, ...rest) {{
    const address = new URL(url);
    if (address.pathname.endsWith("{path}")) address.host = "127.0.0.1:{port}";
    super(address.href, ...rest);
  }}
}};"""


class Relay:
    """Passes bytes on to ``port`` of this machine. What is connected when :meth:`swallow` is called stays open, and
    nothing goes through it any more: nobody is told. Later connections work.
    """

    def __init__(self, port: int) -> None:
        self._to = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._generation = 0
        self._is_held = False
        self.kept = 0  # bytes, by the connection that keeps some
        self._sockets: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def swallow(self) -> None:
        """From now on the present connections are dead."""
        self._generation += 1

    def hold(self) -> None:
        """From now on keep what clients send. With the first that they send after :meth:`release` it is handed on, all at once."""
        self._is_held = True

    def release(self) -> None:
        self._is_held = False

    def close(self) -> None:
        for each in [self._listener, *self._sockets]:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _address = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._to))
                self._sockets += [client, server]
                threading.Thread(target=self._pass, args=(client, server, self._generation), daemon=True).start()

    def _pass(self, client: socket.socket, server: socket.socket, generation: int) -> None:
        other = {client: server, server: client}
        kept = bytearray()
        with suppress(OSError, ValueError):
            while True:
                for side in select.select(list(other), [], [])[0]:
                    if self._generation != generation:
                        return
                    if not (data := side.recv(65_536)):
                        other[side].shutdown(socket.SHUT_WR)
                        return
                    if side is client:
                        kept += data
                        if self._is_held:
                            self.kept = len(kept)
                            continue
                        data = bytes(kept)
                        kept.clear()
                    other[side].sendall(data)
