import csv
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections
from django.utils.translation import gettext_lazy

from core.errors import Invalid
from core.tables import export_response

NAMESPACE = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
AN_ID = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
NOON = datetime(2026, 5, 4, 14, 0, 0, 250_000, tzinfo=timezone(timedelta(hours=2)))


def body(response):
    whole = b"".join(response.streaming_content)
    request_finished.disconnect(close_old_connections)  # as Django's own test client does: there was no request
    response.close()
    request_finished.connect(close_old_connections)
    return whole


def read_csv(response):
    return list(csv.reader(io.StringIO(body(response).decode("utf-8-sig"), newline="")))


def read_xlsx(response):
    """Rows of (kind, value): kind is Excel's type of the cell, `n` for numbers and dates."""
    with zipfile.ZipFile(io.BytesIO(body(response))) as book:
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
    rows = []
    for row in sheet.iterfind(".//x:row", NAMESPACE):
        cells = []
        for cell in row.iterfind("x:c", NAMESPACE):
            kind = cell.get("t", "n")
            text = cell.find(".//x:t" if kind == "inlineStr" else "x:v", NAMESPACE)
            assert cell.find("x:f", NAMESPACE) is None  # no cell is a formula
            cells.append((kind, text.text))
        rows.append(cells)
    return rows


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "  =1+1", "\u00a0=1+1", "＝1+1", '=HYPERLINK("x")'],
)
def test_text_that_a_spreadsheet_would_run_is_made_harmless(text):
    assert read_csv(export_response("csv", "n", ["a"], [[text]])) == [["a"], [f"'{text}"]]
    kind, value = read_xlsx(export_response("xlsx", "n", ["a"], [[text]]))[1][0]
    assert kind == "inlineStr"
    assert value.replace("_x000D_", "\r").replace("\n", "").lstrip("'") == text.replace("\n", "")
    assert value.startswith("'")
    assert json.loads(body(export_response("json", "n", ["a"], [[text]]))) == [{"a": text}]


def test_the_names_of_columns_are_made_harmless_too():
    assert read_csv(export_response("csv", "n", ["=cmd"], [])) == [["'=cmd"]]
    assert read_xlsx(export_response("xlsx", "n", ["=cmd"], [])) == [[("inlineStr", "'=cmd")]]


def test_csv_has_a_mark_for_excel_and_ends_lines_as_the_standard_says():
    raw = body(export_response("csv", "n", ["name", "words"], [["Zoë 李", 'a "b", c'], ["", "two\nlines"]]))
    assert raw.decode() == '\ufeffname,words\r\nZoë 李,"a ""b"", c"\r\n,"two\nlines"\r\n'


VALUES = [-5, 2.5, Decimal("-0.5"), True, False, None, NOON, AN_ID, gettext_lazy("Done"), "Ada"]
COLUMNS = [f"c{n}" for n in range(len(VALUES))]


def test_values_stay_what_they_are_in_csv():
    expected = ["-5", "2.5", "-0.5", "true", "false", "", "2026-05-04T12:00:00Z", str(AN_ID), "Done", "Ada"]
    assert read_csv(export_response("csv", "n", COLUMNS, [VALUES]))[1] == expected


def test_values_stay_what_they_are_in_xlsx():
    cells = read_xlsx(export_response("xlsx", "n", COLUMNS, [VALUES]))[1]
    assert [kind for kind, _value in cells] == ["n", "n", "n", "b", "b", "n", "inlineStr", "inlineStr", "inlineStr"]
    assert [value for _kind, value in cells[:5]] == ["-5", "2.5", "-0.5", "1", "0"]
    day = (datetime(2026, 5, 4, 12, tzinfo=UTC) - datetime(1899, 12, 30, tzinfo=UTC)).total_seconds() / 86_400
    assert float(cells[5][1]) == pytest.approx(day, abs=1e-5)  # Excel's days since 1900


def test_values_stay_what_they_are_in_json():
    row = json.loads(body(export_response("json", "n", COLUMNS, [VALUES])))[0]
    assert list(row.values()) == [
        -5,
        2.5,
        "-0.5",
        True,
        False,
        None,
        "2026-05-04T12:00:00.250000Z",
        str(AN_ID),
        "Done",
        "Ada",
    ]


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_json_is_one_array_whatever_the_number_of_rows(rows):
    assert len(json.loads(body(export_response("json", "n", ["a"], [["x"]] * rows)))) == rows


@pytest.mark.parametrize("format", ["csv", "json"])
def test_rows_are_sent_while_they_are_read(format):
    read = []

    def rows():
        for number in range(50_000):
            read.append(number)
            yield ["twenty characters…", number]

    pieces = iter(export_response(format, "n", ["a", "b"], rows()).streaming_content)
    next(pieces)
    assert 0 < len(read) < 10_000


def test_a_large_workbook_is_complete():
    response = export_response("xlsx", "n", ["a", "b"], ((f"row {n}", n) for n in range(30_000)))
    rows = read_xlsx(response)
    assert len(rows) == 30_001
    assert rows[-1] == [("inlineStr", "row 29999"), ("n", "29999")]


def test_longer_text_than_a_cell_holds_is_cut_rather_than_dropped():
    assert read_xlsx(export_response("xlsx", "n", ["a"], [["x" * 40_000]]))[1] == [("inlineStr", "x" * 32_767)]


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ("Attendance Spring launch", 'attachment; filename="attendance-spring-launch.csv"'),
        ('../../etc/"pass\r\nwd', 'attachment; filename="etcpass-wd.csv"'),
        ("🎉", 'attachment; filename="export.csv"'),
        ("x" * 300, f'attachment; filename="{"x" * 80}.csv"'),
        ("Übersicht", "attachment; filename*=utf-8''%C3%BCbersicht.csv"),
    ],
)
def test_the_name_of_the_file_is_safe(name, disposition):
    assert export_response("csv", name, ["a"], [])["Content-Disposition"] == disposition


@pytest.mark.parametrize("format", ["csv", "xlsx", "json"])
def test_no_cache_keeps_a_download(format):
    response = export_response(format, "n", ["a"], [])
    assert response["Cache-Control"] == "no-store"
    body(response)


@pytest.mark.parametrize("format", ["", "pdf", "CSV", "csv\n"])
def test_another_format_is_refused_before_anything_is_read(format):
    with pytest.raises(Invalid) as refused:
        export_response(format, "n", ["a"], iter(lambda: 1 / 0, None))
    assert [(error.field, error.code) for error in refused.value.errors] == [("format", "invalid_choice")]
