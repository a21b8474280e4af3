"""Bad inputs: tables."""

from __future__ import annotations

import codecs

from tests.bad_inputs.book import GOOD_CSV, BadInput, parquet, text

__all__ = ["TABLES"]


def _is_good(run) -> bool:  # noqa: ANN001
    scores = [[0.9, 0.1], [0.25, 0.75]]
    return run.ids.tolist() == ["007", "12E3"] and run.scores.tolist() == scores


_UNDEFINED = "id,label,score:dog,score:cat\n1,dog,.9,.1\n"
_SEMICOLONS = GOOD_CSV.replace(",", ";").replace(".", ",")

TABLES = (
    BadInput(
        line="required column missing",
        level="E",
        write=text("id,score:dog\n1,.5\n"),
        says=("pets.csv", "'label'", "The columns are 'id', 'score:dog'", "Hint"),
    ),
    BadInput(
        line="required column misspelt",
        level="E",
        write=text("id,lable,score:dog\n1,dog,.5\n"),
        says=("pets.csv", "'label'", "'id', 'lable'", "Did you mean 'lable'?", "Hint"),
    ),
    BadInput(
        line="a row longer or shorter than the header, first",
        level="E",
        write=text("id,label,score:dog\n1,dog\n2,dog,.5\n"),
        says=("pets.csv", "header has 3 columns", "row 2 has 2", "Hint"),
    ),
    BadInput(
        line="a row longer or shorter than the header, later",
        level="E",
        write=text(GOOD_CSV * 1 + "3,dog,.5,.5,.5\n" * 9),
        says=("pets.csv", "4 columns", "9 row(s)", "row 4 has 5", "and 6 more", "Hint"),
    ),
    BadInput(
        line="duplicate column",
        level="E",
        write=text("id,label,score:dog,id\n1,dog,.5,1\n"),
        says=("pets.csv", "'id' in columns 1 and 4", "Hint"),
    ),
    BadInput(
        line="duplicate columns, all named at once",
        level="E",
        write=text("id,label,score:dog,score:dog,id\n1,dog,.5,.5,1\n"),
        says=("2 column(s)", "'id' in columns 1 and 5", "'score:dog' in columns 3 and 4"),
    ),
    BadInput(
        line="trailing comma giving an empty nameless column",
        level="F",
        write=text(GOOD_CSV.replace("\n", ",\n")),
        says=("pets.csv", "column 5"),
        holds=_is_good,
    ),
    BadInput(
        line="semicolon as separator",
        level="F",
        write=text(GOOD_CSV.replace(",", ";")),
        says=("semicolon",),
        holds=_is_good,
    ),
    BadInput(
        line="tab as separator",
        level="F",
        write=text(GOOD_CSV.replace(",", "\t")),
        says=("tab",),
        holds=_is_good,
    ),
    BadInput(
        line="pipe as separator",
        level="F",
        write=text(GOOD_CSV.replace(",", "|")),
        says=("pipe",),
        holds=_is_good,
    ),
    BadInput(
        line="decimal comma with semicolon",
        level="F",
        write=text(_SEMICOLONS),
        says=("semicolon", "decimal comma"),
        holds=_is_good,
    ),
    BadInput(
        line="decimal comma and decimal point in one table",
        level="E",
        write=text(_SEMICOLONS + "3;dog;0.5;0,5\n"),
        says=("pets.csv", "'0,9'", "'0.5'", "Hint"),
    ),
    BadInput(
        line="50% in a score column",
        level="E",
        write=text(GOOD_CSV + "3,dog,50%,.5\n"),
        says=("pets.csv", "row 4", "'score:dog'", "'50%'", "finite number", "write 50% as 0.5"),
    ),
    BadInput(
        line="text in a score column",
        level="E",
        write=text(GOOD_CSV + "".join(f"x{k},dog,high,.5\n" for k in range(40))),
        says=("40 scores", "row 4", "'score:dog'", "'high'", "and 37 more", "Hint"),
    ),
    BadInput(
        line="dates in a score column",
        level="E",
        write=text(GOOD_CSV + "3,dog,.5,2024-01-01\n"),
        says=("row 4", "'score:cat'", "'2024-01-01'", "Hint"),
    ),
    BadInput(
        line="UTF-8 BOM",
        level="F",
        write=text(codecs.BOM_UTF8 + GOOD_CSV.encode()),
        says=("UTF-8 with byte order mark",),
        holds=_is_good,
    ),
    BadInput(
        line="UTF-8 BOM twice",
        level="F",
        write=text(codecs.BOM_UTF8 * 2 + GOOD_CSV.encode()),
        says=("UTF-8 with byte order mark",),
        holds=_is_good,
    ),
    BadInput(
        line="UTF-16 with BOM",
        level="F",
        write=text(GOOD_CSV.encode("utf-16")),
        says=("UTF-16 with byte order mark",),
        holds=_is_good,
    ),
    BadInput(
        line="UTF-16 without BOM",
        level="E",
        write=text(GOOD_CSV.encode("utf-16-le")),
        says=("pets.csv", "byte 1", "UTF-16 without its mark", "save it as UTF-8"),
    ),
    BadInput(
        line="CR line ends",
        level="kept",
        write=text(GOOD_CSV.replace("\n", "\r")),
        holds=_is_good,
    ),
    BadInput(
        line="CRLF line ends",
        level="kept",
        write=text(GOOD_CSV.replace("\n", "\r\n")),
        holds=_is_good,
    ),
    BadInput(
        line="other encodings",
        level="E",
        write=text(GOOD_CSV.encode() + "犬,dog,.5,.5\n".encode("euc-jp")),
        says=("pets.csv", "byte 64", "row 4", "save the file as UTF-8"),
    ),
    BadInput(
        line="Windows-1252",
        level="F",
        write=text(GOOD_CSV.encode() + "café,dog,.5,.5\n".encode("cp1252")),
        says=("pets.csv", "Windows-1252", "'café'"),
    ),
    BadInput(
        line="unclosed quote",
        level="E",
        write=text(GOOD_CSV + '3,"dog,.5,.5\n' + "4,cat,.1,.9\n" * 50),
        says=("pets.csv", "row 4", "quotation mark opens here", "Hint"),
    ),
    BadInput(
        line="rows are counted on after a quoted text of several lines",
        level="E",
        write=text('id,text,label,score:a\n1,"two\n\nlines",a,.5\n2,x,a,?\n'),
        says=("row 5", "'score:a'", "'?'"),
    ),
    BadInput(
        line="an HTML page named .csv",
        level="E",
        write=text("\n<!DOCTYPE html><html><body>Log in</body></html>"),
        says=("pets.csv", "an HTML page", "Hint"),
    ),
    BadInput(
        line="a ZIP named .csv",
        level="E",
        write=text(b"PK\x03\x04\x14\0\0\0\x08\0 notes.txt"),
        says=("pets.csv", "a ZIP archive", "Hint"),
    ),
    BadInput(
        line="an Excel file named .csv",
        level="E",
        write=text(b"PK\x03\x04 [Content_Types].xml"),
        says=("pets.csv", "an Excel workbook", 'save it as "CSV UTF-8"'),
    ),
    BadInput(
        line="an old Excel file named .csv",
        level="E",
        write=text(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        says=("pets.csv", "an old Excel workbook", "Hint"),
    ),
    BadInput(
        line="empty file",
        level="E",
        write=text(""),
        says=("pets.csv", "empty", "no rows", "Hint"),
    ),
    BadInput(
        line="header only",
        level="E",
        write=text("id,label,score:dog\n"),
        says=("pets.csv", "no rows", "Hint"),
    ),
    BadInput(
        line="a line of words above the header",
        level="F",
        write=text("My results of May\n" + GOOD_CSV),
        says=("pets.csv", "'My results of May'", "passed over"),
    ),
    BadInput(
        line="one row",
        level="W",
        write=text(_UNDEFINED),
        says=("one input only",),
        holds=lambda run: run.n_inputs == 1,
    ),
    BadInput(
        line="one concept",
        level="W",
        write=text("id,label,score:dog\n1,dog,.9\n2,,.1\n"),
        says=("one concept only", "'dog'"),
        holds=lambda run: run.n_concepts == 1,
    ),
    BadInput(
        line="more rows x columns than the limit, CSV",
        level="E",
        write=text(GOOD_CSV),
        limits={
            "evalcore.readers.tables.limits.MAX_CELLS": 7,
            "evalcore.readers.tables.csv_table.CELLS_PER_BLOCK": 1,
        },
        says=("pets.csv", "2 rows x 4 columns", "limit of 7", "Hint"),
    ),
    BadInput(
        line="more rows x columns than the limit, said by Parquet's own metadata",
        level="E",
        write=parquet({"id": ["a"] * 3, "label": ["dog"] * 3, "score:dog": [0.5] * 3}),
        limits={
            "evalcore.readers.tables.limits.MAX_CELLS": 8,
            # before reading: a look at the values would fail
            "evalcore.readers.tables.columnar.ColumnarTable.load": None,
        },
        says=("pets.parquet", "3 rows x 3 columns", "limit of 8", "Hint"),
    ),
    BadInput(
        line="spaces after the commas of the header",
        level="kept",
        write=text("id, label, score:dog, score:cat\n007,dog,0.9,0.1\n12E3,cat,0.25,0.75\n"),
        holds=lambda run: _is_good(run) and run.concepts == ("dog", "cat"),
    ),
)
