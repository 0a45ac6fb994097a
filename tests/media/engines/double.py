"""An engine for tests, a child process as the real ones are: tells back what it is told, and misbehaves when asked to.

Started as ``python -m tests.media.engines.double``.
"""

import json
import os
import signal
import sys
import time


def emit(event, **fields):
    sys.stdout.write(json.dumps({"event": event, "at": time.time(), **fields}) + "\n")
    sys.stdout.flush()


def main():
    configuration = json.loads(sys.stdin.readline())
    emit("configured", configuration=configuration, environment=sorted(os.environ), session=os.getsid(0))
    for line in sys.stdin:
        command = json.loads(line)
        match command["do"]:
            case "say":
                emit("said", words=command["words"])
            case "log":
                emit("log", level=command["level"], message=command["message"], timestamp="not ours", room="lecture")
            case "write":
                sys.stdout.write(command["text"] * command.get("times", 1))
                sys.stdout.flush()
            case "ignore_signals":
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                emit("deaf")
                while True:
                    time.sleep(3600)
            case "crash":
                raise RuntimeError(command["words"])
    emit("finished", parts=0)


if __name__ == "__main__":
    main()
