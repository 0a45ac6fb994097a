"""Checks that linters do not make: no circular imports, lazy ones included, and no file that is too long.

.venv/bin/python -m tools.structure

Exits with 1 and a sentence for each fault.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parent.parent
LONGEST = 400  # lines
_OTHERS = ("tests/", "bench/", "tools/", "docs/")


def tracked(*patterns: str) -> list[str]:
    """Files of the repository, by path."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return [path for path in found if (ROOT / path).is_file()]


def imports(path: str, known: set[str]) -> set[str]:
    """The modules among ``known`` that a file imports, also inside functions."""
    package = path.removesuffix(".py").split("/")[:-1]
    found: set[str] = set()
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            # The name comes from a package: it is a module of it, or something that the package defines.
            found |= {name if (name := f"{base}.{alias.name}") in known else base for alias in node.names}
    return (found & known) - {module_of(path)}


def module_of(path: str) -> str:
    """``sessions/rights/passes.py`` → ``sessions.rights.passes``."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def circles(graph: dict[str, set[str]]) -> Iterator[list[str]]:
    """One cycle after another until the graph has none: each time the import that closes it is removed."""
    graph = {name: set(uses) for name, uses in graph.items()}
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle = error.args[1]  # each is imported by the one before it
            yield circle
            graph[circle[1]].discard(circle[0])
        else:
            return


def faults() -> Iterator[str]:
    """A sentence for each."""
    paths = [path for path in tracked("*.py") if not path.startswith(_OTHERS) and "/migrations/" not in path]
    known = {module_of(path) for path in paths}
    graph = {module_of(path): imports(path, known) for path in paths}
    for circle in circles(graph):
        yield f"These files import each other in a circle: {' → '.join(reversed(circle))}."
    for path in tracked("*.py", "*.js", "*.css", "*.html"):
        length = (ROOT / path).read_text().count("\n")
        if length > LONGEST and "/migrations/" not in path:
            yield f"{path} has {length} lines; beyond {LONGEST} a file becomes a folder of its subjects."


if __name__ == "__main__":
    found = list(faults())
    print(*found, sep="\n")
    sys.exit(1 if found else 0)
