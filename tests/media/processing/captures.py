"""Folders as the recorder leaves them, made by its own code without a room."""

import json

from media.captures.port import JOURNAL, PartBegun, PartClosed, next_numbers, read_journal
from tests.media.engines.recorder.test_production import BEGAN, FPS
from tests.media.engines.recorder.test_production import Recording as Production


class Captured:
    """A capture's folder. Somebody flashes and beeps at each whole second of each run."""

    def __init__(self, folder, **options):
        self.folder = folder
        self.options = options

    def run(self, *spans, began=BEGAN, shade=100, **options):
        """One run of the recorder: spans of (mark, seconds), each a part; the first needs no mark."""
        first_part, first_segment = next_numbers(read_journal(self.folder))
        production = Production(
            self.folder, began, first_part=first_part, first_segment=first_segment, **self.options, **options
        )
        production.enter(shade)
        for mark, seconds in spans:
            if mark:
                production.production.mark(mark)
            production.run(round(seconds * FPS))
        production.close()
        return self

    @property
    def journal(self):
        return read_journal(self.folder)

    def parts(self):
        return [event for event in self.journal if isinstance(event, PartBegun)]

    def crash(self, part, *, share=0.8):
        """As if the recorder had been killed in the middle of this part, its run's last."""
        begun = next(each for each in self.parts() if each.part == part)
        path = self.folder / begun.file
        with path.open("rb+") as file:
            file.truncate(int(path.stat().st_size * share))
        lines = [json.loads(line) for line in (self.folder / JOURNAL).read_text().splitlines()]
        kept = [line for line in lines if not (line["event"] == "part_closed" and line["part"] == part)]
        (self.folder / JOURNAL).write_text("".join(json.dumps(line) + "\n" for line in kept))
        return self

    def closed(self):
        return {event.part: event for event in self.journal if isinstance(event, PartClosed)}
