"""What a page loads and how long it takes: requests and bytes as the browser counts them, moments as the page lives them."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

#: Marks, in ms since the page was asked for: "usable" once a view is shown and its scripts run, "picture" at the first
#: frame of the stage.
MARKS = """
window.marks = {};
new MutationObserver(() => {
  const view = document.querySelector("#watch, #studio")?.dataset.view;
  if (view && view !== "starting") window.marks.usable ??= performance.now();
  const video = document.querySelector("#stage .tile video:not([hidden])");
  if (!video || video.dataset.marked) return;
  video.dataset.marked = "yes";
  video.requestVideoFrameCallback(() => { window.marks.picture ??= performance.now(); });
}).observe(document, { subtree: true, childList: true, attributes: true });
"""
#: Network conditions as CDP takes them: ms of round trip, bytes a second down and up.
SLOW_NETWORK = {
    "offline": False,
    "latency": 300,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}


class Weight:
    """Counts what ``page`` loads from now on. Bytes are those that came over the wire, headers included."""

    def __init__(self, page: Page) -> None:
        page.add_init_script(MARKS)
        self.addresses: list[str] = []
        self.bytes = 0
        self.of_address: dict[str, int] = {}
        self._known: dict[str, str] = {}
        self._cdp = page.context.new_cdp_session(page)
        self._cdp.send("Network.enable")
        on: dict[str, Callable[[dict[str, Any]], None]] = {
            "Network.requestWillBeSent": lambda event: self._asked(event["requestId"], event["request"]["url"]),
            "Network.webSocketCreated": lambda event: self._asked(event["requestId"], event["url"]),
            "Network.loadingFinished": self._came,
        }
        for name, heard in on.items():
            self._cdp.on(name, heard)

    def throttle(self, *, cpu: float = 1, network: dict[str, Any] | None = None) -> None:
        """From now on the processor is so many times slower, and the network as CDP takes it."""
        self._cdp.send("Emulation.setCPUThrottlingRate", {"rate": cpu})
        if network is not None:
            self._cdp.send("Network.emulateNetworkConditions", network)

    @property
    def requests(self) -> int:
        return len(self.addresses)

    def loaded(self, word: str) -> list[str]:
        """The addresses with ``word`` in them."""
        return [address for address in self.addresses if word in address]

    def _asked(self, request: str, address: str) -> None:
        if address.startswith(("data:", "blob:")):
            return
        self.addresses.append(address)
        self._known[request] = address

    def _came(self, event: dict[str, Any]) -> None:
        address = self._known.get(event["requestId"])
        if address is None:
            return
        self.bytes += int(event["encodedDataLength"])
        self.of_address[address] = self.of_address.get(address, 0) + int(event["encodedDataLength"])
