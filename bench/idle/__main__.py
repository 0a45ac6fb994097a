"""What the product takes while nobody is there, and its memory with a crowd: ``python -m bench.idle``.

Starts ``serve`` with the embedded defaults in a folder of its own, waits until it is ready, and reads from the kernel
what its processes take over a minute. "Together" counts pages of files that our processes share once, whoever else on
this machine uses them too. Wake-ups are how often a thread stood up and lay down again: what costs power though it does
nothing. Then ``--people`` come to a session (register, join, socket; nobody watches), and memory is read again while
all of them are connected.
"""

import argparse
import asyncio
import json
import re
import tempfile
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

import uvloop

from bench.fanout.measure import allow_files
from bench.process import cpu_seconds, resident_bytes, settled
from bench.storm.__main__ import MOST_PEOPLE, Host
from bench.storm.crowd import Crowd
from tests.product import Product

SETTLE = 15.0  # seconds after readiness: what starts once has been done
AIM_MB, AIM_CPU = 250, 1.0  # all of it together; percent of a core
AIM_CROWD_MB = 500  # serve, with a crowd
_FILES = 4  # descriptors for each of the crowd: of the client and of the server


@dataclass(frozen=True, slots=True)
class Taken:
    """By one process: memory in MB, processor time in percent of a core, wake-ups a second."""

    name: str
    memory: float
    cpu: float
    wake_ups: float
    threads: int


_MAPPING = re.compile(r"[0-9a-f]+-[0-9a-f]+ \S+ (?P<offset>[0-9a-f]+) \S+ (?P<inode>\d+)")


def memory(pids: list[int]) -> float:
    """MB that these processes hold: what each has alone, and of each piece of a file what the one has who has most."""
    own, shared = 0, Counter[tuple[str, str]]()
    for pid in pids:
        piece, of_piece = ("", "0"), Counter[tuple[str, str]]()
        for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
            if found := _MAPPING.match(line):
                piece = (found["offset"], found["inode"])
            name, _colon, value = line.partition(":")
            if name in ("Private_Dirty", "Shared_Dirty"):
                own += int(value.split()[0])
            elif name in ("Private_Clean", "Shared_Clean"):
                of_piece[piece] += int(value.split()[0])
        shared |= of_piece  # the larger of the two
    return (own + shared.total()) / 1024


def wake_ups(pid: int) -> dict[str, int]:
    """How often each thread has given up the processor by itself so far."""
    found = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        lines = (task / "status").read_text().splitlines()
        found[task.name] = next(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))
    return found


def name_of(pid: int) -> str:
    words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    if "manage.py" in words:
        return "serve"
    return words[words.index("-m") + 1] if "-m" in words else Path(words[0]).name


def measure(pids: list[int], seconds: float) -> list[Taken]:
    """What these processes take over so many seconds; memory is that at the end."""
    before = {pid: (cpu_seconds(pid), wake_ups(pid)) for pid in pids}
    began = time.monotonic()
    time.sleep(seconds)
    passed = time.monotonic() - began
    found = []
    for pid, (cpu, woken) in before.items():
        after = wake_ups(pid)
        more = sum(number - woken.get(task, 0) for task, number in after.items())
        used = 100 * (cpu_seconds(pid) - cpu) / passed
        found.append(Taken(name_of(pid), memory([pid]), used, more / passed, len(after)))
    return found


async def crowded(product: Product, people: int) -> float:
    """MB that ``serve`` holds while ``people`` are connected. Raises SystemExit when somebody does not come in."""
    host = Host(product)
    await host.sign_in()
    outcome = await Crowd(product.port, await host.go_live(), people).come()
    try:
        if outcome.inside < people:
            raise SystemExit(f"Of {people:,} people {outcome.inside:,} came in: {dict(outcome.refused)}")
        await settled(product.pid, quiet=0.06)
        return resident_bytes(product.pid) / 1024 / 1024
    finally:
        outcome.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--people", type=int, default=2000, help="who come afterwards; 0: nobody")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if not 0 <= options.people <= MOST_PEOPLE:
        raise SystemExit(f"At most {MOST_PEOPLE:,} people.")
    allow_files(_FILES * options.people + 1000)
    with tempfile.TemporaryDirectory(prefix="idle-") as folder:
        product = Product(Path(folder), TRUSTED_PROXIES="127.0.0.1")
        product.start()
        try:
            time.sleep(SETTLE)
            pids = [product.pid, *product.children()]
            found = measure(pids, options.seconds)
            together = memory(pids)
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                held = runner.run(crowded(product, options.people)) if options.people else None
        finally:
            product.stop()
    if options.json:
        crowd = {"people": options.people, "memory": held}
        print(json.dumps({"processes": [asdict(each) for each in found], "crowd": crowd}, indent=2))
        return
    print("| process | memory MB | of one core | wake-ups a second | threads |")
    print("|---|--:|--:|--:|--:|")
    whole = Taken(
        "together",
        together,
        sum(each.cpu for each in found),
        sum(each.wake_ups for each in found),
        sum(each.threads for each in found),
    )
    for each in (*found, whole):
        taken = f"{each.memory:.0f} | {each.cpu:.2f} % | {each.wake_ups:.1f} | {each.threads}"
        print(f"| {each.name} | {taken} |")
    print(f"\nThe aim is {AIM_MB} MB and {AIM_CPU:.0f} % of a core, all processes together.")
    if held is not None:
        print(f"Memory with {options.people:,} people: {held:.0f} MB held by serve; the aim is {AIM_CROWD_MB} MB.")


if __name__ == "__main__":
    main()
