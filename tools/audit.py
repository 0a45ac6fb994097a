"""Checks pinned packages for published advisories: Python packages, JavaScript packages, LiveKit's Go modules.

Run as ``python -m tools.audit`` from the project's folder. Exits with 1 if an advisory was found; with 2 if none was
found but not everything could be checked, which it prints; with 0 only if everything was checked and nothing found.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tools.setup import LIVEKIT, ROOT, TOOLS, Failed, find_npm, run, tool_venv

PIP_AUDIT = "pip-audit==2.10.1"
GOVULNCHECK = "golang.org/x/vuln/cmd/govulncheck@v1.9.0"
SECONDS = 300


@dataclass
class Answer:
    """The answer of one source of advisories: ``asked`` packages were looked up, ``unknown`` could not be."""

    asked: int = 0
    unknown: int = 0
    advisories: list[str] = field(default_factory=list)


def main() -> int:
    questions: list[tuple[str, Callable[[], Answer]]] = [
        ("Python packages", ask_about_python),
        ("JavaScript packages", ask_about_javascript),
        ("LiveKit's Go modules", ask_about_livekit),
    ]
    found, unasked = False, False
    for name, ask in questions:
        try:
            answer = ask()
        except Failed as reason:
            print(f"{name}: NOT CHECKED. {reason}")
            unasked = True
            continue
        for advisory in answer.advisories:
            print(f"{name}: {advisory}")
        print(f"{name}: {answer.asked} asked about, {len(answer.advisories)} advisories.")
        if answer.unknown:
            print(f"{name}: {answer.unknown} NOT CHECKED: the source of advisories does not know them.")
        found, unasked = found or bool(answer.advisories), unasked or bool(answer.unknown)
    return 1 if found else 2 if unasked else 0


def ask_about_python() -> Answer:
    """Raises Failed where PyPI's advisories cannot be reached."""
    program = tool_venv("audit", PIP_AUDIT) / "bin" / "pip-audit"
    options = ["--disable-pip", "--require-hashes", "--progress-spinner=off", "--format=json"]
    return read_pip_audit(_printed([str(program), *options, "-r", str(ROOT / "requirements-dev.txt")]))


def read_pip_audit(printed: str) -> Answer:
    """Parse pip-audit's JSON; packages that it could not look up do not count as safe."""
    packages = _read(printed, "PyPI's advisories cannot be reached from here.").get("dependencies", [])
    asked = [package for package in packages if "skip_reason" not in package]
    if not asked:
        raise Failed("PyPI's advisories cannot be reached from here: it was found for none of the packages.")
    advisories = [
        f"{package['name']} {package['version']}: {advisory['id']}"
        + (f", mended in {', '.join(advisory['fix_versions'])}" if advisory.get("fix_versions") else "")
        for package in asked
        for advisory in package.get("vulns", [])
    ]
    return Answer(len(asked), len(packages) - len(asked), advisories)


def ask_about_javascript() -> Answer:
    """Raises Failed where npm's advisories cannot be reached."""
    environment, npm = find_npm()
    return read_npm_audit(_printed([npm, "audit", "--json"], environment))


def read_npm_audit(printed: str) -> Answer:
    """Parse npm's JSON (auditReportVersion 2)."""
    unreachable = "npm's advisories cannot be reached from here."
    report = _read(printed, unreachable)
    if "vulnerabilities" not in report:
        raise Failed(unreachable)
    advisories = [
        f"{name} {package['range']}: {cause['title']} ({cause['url']})"
        for name, package in sorted(report["vulnerabilities"].items())
        for cause in package["via"]
        if isinstance(cause, dict)  # a string refers to another package of the list
    ]
    return Answer(report["metadata"]["dependencies"]["total"], 0, advisories)


def ask_about_livekit() -> Answer:
    """Raises Failed without Go, without LiveKit, or where Go's advisories cannot be reached."""
    go = shutil.which("go")
    if go is None:
        raise Failed("Go is not on PATH.")
    if not LIVEKIT.is_file():
        raise Failed("LiveKit is not built: run `make setup` first.")
    folder = TOOLS / "govulncheck"
    environment = {**os.environ, "GOTOOLCHAIN": "local", "GOBIN": str(folder)}
    run([go, "install", GOVULNCHECK], "govulncheck could not be installed.", environment)
    return read_govulncheck(_printed([str(folder / "govulncheck"), "-format=json", "-mode=binary", str(LIVEKIT)]))


def read_govulncheck(printed: str) -> Answer:
    """Parse govulncheck's stream of JSON objects; it reports that it checks only after it has the advisories."""
    messages = _stream(printed)
    modules = next((len(message["SBOM"]["modules"]) for message in messages if "SBOM" in message), 0)
    progress = [str(message["progress"].get("message", "")) for message in messages if "progress" in message]
    if not any(said.startswith("Checking the binary") for said in progress):
        raise Failed("Go's advisories cannot be reached from here.")
    findings = {
        f"{finding['trace'][0]['module']} {finding['trace'][0].get('version', '')}: {finding['osv']}"
        + (f", mended in {finding['fixed_version']}" if finding.get("fixed_version") else "")
        for finding in (message["finding"] for message in messages if "finding" in message)
    }
    return Answer(modules, 0, sorted(findings))


def _printed(command: list[str], environment: dict[str, str] | None = None) -> str:
    """The program's output, whatever its exit status: these programs exit with 1 when they find something."""
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Failed(f"{command[0]} could not be run ({error}).") from error
    return done.stdout


def _read(printed: str, otherwise: str) -> dict[str, Any]:
    try:
        report = json.loads(printed)
    except ValueError:
        raise Failed(otherwise) from None
    return report if isinstance(report, dict) else {}


def _stream(printed: str) -> list[dict[str, Any]]:
    """A stream of consecutive JSON objects."""
    decoder, messages, at = json.JSONDecoder(), [], 0
    while match := re.compile(r"\s*(?=\{)").match(printed, at):
        try:
            message, at = decoder.raw_decode(printed, match.end())
        except ValueError:
            break
        messages.append(message)
    return messages


if __name__ == "__main__":
    sys.exit(main())
