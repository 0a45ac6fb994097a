"""`manage.py process_recordings [ID …]`: process what is due now, without Celery, and show the progress."""

import sys
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from core.ids import parse_uuid
from recordings.models import Recording
from recordings.processing import process, retry
from recordings.processing.due import is_ready, waiting

WIDTH = 30


class Command(BaseCommand):
    """Works beside a running product: if both want the same recording, one waits."""

    help = "Make files of stopped recordings: of those with the given IDs, failed ones too, or of all that are due."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ids", nargs="*", metavar="ID")

    def handle(self, *args: Any, ids: list[str], **options: Any) -> None:
        recordings = [self._find(each) for each in ids] or [each for each in waiting() if is_ready(each)]
        if not recordings:
            self.stdout.write(_("Nothing is due."))
            return
        failed = 0
        for number, recording in enumerate(recordings, 1):
            title = f"{number}/{len(recordings)} {recording.name}"
            done = process(recording.pk, partial(self._show, title))
            failed += not self._report(title, done)
        if failed:
            raise CommandError(_("Not all could be processed; see above."))

    def _find(self, text: str) -> Recording:
        known = parse_uuid(text)
        recording = Recording.objects.alive().filter(pk=known).first() if known else None
        if recording is None:
            raise CommandError(_("There is no recording %(id)s.") % {"id": text})
        if recording.status == Recording.Status.FAILED or recording.retry_at is not None:
            recording = retry(recording)
        return recording

    def _show(self, title: str, step: str, percent: int) -> None:
        if sys.stdout.isatty():
            full = percent * WIDTH // 100
            self.stdout.write(f"\r{title} [{'#' * full}{'.' * (WIDTH - full)}] {percent:3} % {step:10}", ending="")
            self.stdout.flush()

    def _report(self, title: str, done: Recording | None) -> bool:
        """Write one line about it; whether it is completed."""
        if done is None:
            outcome = _("skipped: still being recorded, processed elsewhere, or completed")
        elif done.status == Recording.Status.COMPLETED:
            outcome = _("done, %(size)s bytes, %(duration).0f s") % {"size": done.file_size, "duration": done.duration}
        else:
            outcome = done.error_message
        self.stdout.write(f"{chr(13) if sys.stdout.isatty() else ''}{title}: {outcome}{' ' * WIDTH}".rstrip())
        return done is not None and done.status == Recording.Status.COMPLETED
