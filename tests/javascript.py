"""Functions of the pages' modules, called from Python in a node process: what is tested is what browsers run."""

import json
import os
import subprocess
from pathlib import Path

from tools.setup import node

STATIC = Path(__file__).parent.parent / "static" / "js"
_LOOP = """
import { createInterface } from "node:readline";
globalThis.document = { documentElement: { lang: process.env.PAGE_LANGUAGE } };
if (process.env.CATALOG) (0, eval)(process.env.CATALOG);
const { [process.env.FUNCTION]: called } = await import(process.env.MODULE);
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify((await called(...JSON.parse(line))) ?? null));
}
"""


class Function:
    """``Function("state/apply.js", "apply")(state, event)``; arguments and result are JSON.

    ``language`` is that of the page, which has loaded ``catalog``, the script with its sentences.
    """

    def __init__(self, module, name, *, language="en", catalog=""):
        asked = {"MODULE": (STATIC / module).as_uri(), "FUNCTION": name, "PAGE_LANGUAGE": language, "CATALOG": catalog}
        environment = {**os.environ, **asked}
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
