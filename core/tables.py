"""Downloads of tables: rows as CSV, XLSX or JSON, streamed whatever their number.

Text that a spreadsheet would run as a formula gets a leading apostrophe (OWASP, "CSV injection"); numbers, dates and
booleans keep their type. JSON is for programs and carries text unchanged.
"""

import csv
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import IO, Any

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _

from core.errors import Invalid

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: The formats, and their media types.
FORMATS = {"csv": "text/csv", "xlsx": XLSX, "json": "application/json"}

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")  # spreadsheets accept full-width ones
_LONGEST_CELL = 32_767  # characters: Excel's limit
_LONGEST_NAME = 80
_CHUNK = 64 * 1024  # characters collected before they are sent
_IN_MEMORY = 1024 * 1024  # bytes of a workbook kept in memory; a larger one goes to a file

Row = Sequence[Any]


def export_response(
    format: str, name: str, columns: Sequence[str], rows: Iterable[Row], headings: Mapping[str, str] | None = None
) -> HttpResponseBase:
    """A download of ``rows`` called ``name``; each row has one value for each of ``columns``.

    ``headings``: what stands above some of the columns in CSV and XLSX, which people read, such as their unit.

    Values: text, numbers, booleans, None (an empty cell), aware datetimes (written in UTC); anything else as its text.
    CSV and JSON are sent while ``rows`` are read, so pass a queryset's ``iterator()``; a workbook is written to a file
    first. Check rights and state before: once the first row is sent, nothing can be refused. Raises Invalid for an
    unknown format.
    """
    if format not in FORMATS:
        known = ", ".join(FORMATS)
        message = _("Choose one of these formats: %(formats)s.") % {"formats": known}
        raise Invalid.field("format", message, "invalid_choice")
    file_name = f"{slugify(name, allow_unicode=True)[:_LONGEST_NAME].strip('-_') or 'export'}.{format}"
    if format != "json":
        columns = [(headings or {}).get(column, column) for column in columns]
    if format == "xlsx":
        response: HttpResponseBase = FileResponse(_workbook(columns, rows), content_type=XLSX)
    else:
        write = _csv if format == "csv" else _json
        content_type = f"{FORMATS[format]}; charset=utf-8"
        response = StreamingHttpResponse(_gathered(write(columns, rows)), content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, file_name)
    response["Cache-Control"] = "no-store"
    return response


def escape_formula(text: str) -> str:
    """``text`` escaped so that no spreadsheet runs it as a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) or text.lstrip().startswith(_FORMULA_STARTS) else text


def _csv(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """RFC 4180 with CRLF; the byte order mark in front tells Excel that it is UTF-8."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow([escape_formula(column) for column in columns])
    for row in rows:
        yield writer.writerow([_csv_value(value) for value in row])


class _Echo:
    """A file object for ``csv`` that returns what it is given."""

    def write(self, text: str) -> str:
        return text


def _csv_value(value: Any) -> Any:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float() | Decimal():
            return value
        case datetime():
            return _moment(value, "seconds")
    return escape_formula(str(value))


def _json(columns: Sequence[str], rows: Iterable[Row]) -> Iterator[str]:
    """An array with one object for each row."""
    separator = "["
    for row in rows:
        values = {column: _json_value(value) for column, value in zip(columns, row, strict=True)}
        yield f"{separator}\n{json.dumps(values, ensure_ascii=False)}"
        separator = ","
    yield "[]\n" if separator == "[" else "\n]\n"


def _json_value(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    return _moment(value, "microseconds") if isinstance(value, datetime) else str(value)


def _moment(moment: datetime, precision: str) -> str:
    return moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")


def _workbook(columns: Sequence[str], rows: Iterable[Row]) -> IO[bytes]:
    """One sheet, written row by row in constant memory; closing the file deletes it."""
    import xlsxwriter  # type: ignore[import-untyped]  # 2 MB that only a workbook needs

    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 — the response closes it
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(0, len(columns) - 1), 20)
        for place, column in enumerate(columns):
            sheet.write_string(0, place, escape_formula(column), bold)
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row):
                _write_cell(sheet, number, place, value, moment)
    file.seek(0)
    return file


def _write_cell(sheet: Any, row: int, column: int, value: Any, moment: Any) -> None:
    match value:
        case None:
            return
        case bool():
            sheet.write_boolean(row, column, value)
        case int() | float() | Decimal():
            sheet.write_number(row, column, value)
        case datetime():
            sheet.write_datetime(row, column, value.astimezone(UTC).replace(tzinfo=None), moment)
        case _:
            sheet.write_string(row, column, escape_formula(str(value))[:_LONGEST_CELL])


def _gathered(pieces: Iterable[str]) -> Iterator[bytes]:
    """The pieces joined into chunks of a size worth sending."""
    waiting: list[str] = []
    size = 0
    for piece in pieces:
        waiting.append(piece)
        size += len(piece)
        if size >= _CHUNK:
            yield "".join(waiting).encode()
            waiting, size = [], 0
    if waiting:
        yield "".join(waiting).encode()
