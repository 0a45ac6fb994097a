"""How Chromium is started: without a window, with a fake camera, and without calling its maker."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

ARGUMENTS = [
    "--use-fake-ui-for-media-stream",
    # Slow pictures: three browsers at once encode and decode in software on few cores.
    "--use-fake-device-for-media-stream=fps=10",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-quic",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Where loopback is the only interface, WebRTC would find no address to use.
    "--allow-loopback-in-peer-connection",
    # Chromium must not look up its maker's hosts.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost",
]
#: Debian's packages of the same name. The shell is the same engine, media included, without a browser's own windows,
#: profile and services, which cost more than many a page.
BROWSERS = ("chromium-headless-shell", "chromium")


def launch(playwright: Playwright, *extra: str) -> Browser:
    """The one at CHROMIUM, else the lightest that is installed; ``extra`` arguments win over ours."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    assert path, "Chromium is missing: install the package chromium-headless-shell or set CHROMIUM to its path."
    return playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, *extra])
