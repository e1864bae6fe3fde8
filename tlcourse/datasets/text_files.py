"""A learner's own texts: a table with a column of texts and one of labels, or a folder of class folders."""

from __future__ import annotations

import codecs
import csv
import json
import os
import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import numpy as np

from tlcourse import assets
from tlcourse.assets.errors import suggest
from tlcourse.datasets.errors import (
    BadOption,
    LeftOutWarning,
    MissingColumn,
    NothingToLoad,
    UnreadableTexts,
)
from tlcourse.datasets.folder import FolderReport, readable, remarks_on, survey
from tlcourse.datasets.text import Texts

_TABLES = {".csv": ",;\t|", ".tsv": "\t", ".tab": "\t"}
_JSON_LINES = (".jsonl", ".ndjson")
_FALLBACK = "cp1252"
# UTF-32 first: its mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# One field of this many characters is a quotation mark that is never closed, not a text.
_LONGEST = 1 << 26
_BLOCK = 1 << 20
_GUESS = "was read as Windows-1252: if letters look wrong, give the encoding."


class _BadQuotes(Exception):
    """The quotation marks of a table do not pair up; the message says where."""


def load_texts(
    path: str | os.PathLike, text: str = "text", label: str = "label", encoding: str | None = None
) -> Texts:
    r"""Load your own texts, from a table or from a folder with one sub-folder per class.

    A file is read row by row, so that only its texts and labels are ever in memory. Rows without a text or a
    label, with too few or too many columns, or that are not JSON, are left out and named in one warning, and
    in `.report` of the result; the rest loads.

    Parameters
    ----------
    path : path-like
        A CSV file (columns separated by commas, semicolons, tabs or bars), a TSV or a JSON Lines file, by its
        ending; or a folder, in which every file of a class's sub-folder, however deep, is a text.
    text, label : str
        The columns, or the keys, that hold them; a folder has no use for them.
    encoding : str, optional
        By default what the byte order mark says, else UTF-8, else Windows-1252.

    Returns
    -------
    Texts
        In the order of the rows, or of the classes and paths; the classes in alphabetical order.

    Warns
    -----
    LeftOutWarning
        If anything was left out, the encoding had to be guessed, or there is only one class.

    Raises
    ------
    UnreadableTexts
        If there is no such file or folder, or it is of another kind, or its quotation marks do not pair up.
    MissingColumn
        If a table has no such column.
    NothingToLoad
        If not one text could be loaded.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     table = Path(folder, "reviews.csv")
    ...     _ = table.write_text('stars,review\n5,"Good, very good"\n1,Bad\n5,Fine\n')
    ...     reviews = load_texts(table, text="review", label="stars")
    >>> reviews
    reviews.csv: 3 texts, 2 classes (1 1, 5 2)
    >>> reviews.texts[0]
    'Good, very good'
    """
    root = Path(path).expanduser()
    _check_encoding(encoding)
    if root.is_dir():
        rows = _read_folder(root, encoding)
    elif root.is_file():
        rows = _read_file(root, text, label, encoding)
    else:
        raise UnreadableTexts(f"{readable(str(path))} does not exist: give a file or a folder of texts.")
    if rows.texts:
        class_names, labels = np.unique(rows.names, return_inverse=True)
        class_names, labels = tuple(class_names.tolist()), labels.astype(np.int64)
        remarks = remarks_on(class_names, labels, "text")
    else:
        class_names, remarks = (), ()
    remarks = (*((rows.guess,) if rows.guess else ()), *remarks)
    report = FolderReport(len(rows.texts), len(class_names), tuple(rows.left_out), remarks, thing="text")
    if not rows.texts:
        raise NothingToLoad(
            f"No text could be loaded from {readable(str(path))}: {report.listing() or 'it is empty'}.",
            report,
        )
    if rows.left_out or rows.guess or len(class_names) == 1:
        warnings.warn(str(report), LeftOutWarning, stacklevel=2)
    card = assets.Card(
        name=readable(root.resolve().name),
        title="texts of one's own",
        kind="folder" if root.is_dir() else "file",
        licence="whatever their owners say",
    )
    return Texts(tuple(rows.texts), labels, class_names, card, report=report)


class _Rows:
    """What was read: texts with the names of their classes, and what to report."""

    def __init__(self):
        self.texts: list[str] = []
        self.names: list[str] = []
        self.left_out: list[tuple[str, str]] = []
        self.guess = ""

    def add(self, where: str, text: object, name: object) -> None:
        """Keep a row, or note why it is of no use."""
        text, name = (value.strip() if isinstance(value, str) else value for value in (text, name))
        if isinstance(text, str) and text and isinstance(name, str) and name:
            self.texts.append(text)
            self.names.append(sys.intern(name))
        else:
            what, value = ("label", name) if isinstance(text, str) and text else ("text", text)
            empty = value is None or value == ""
            self.left_out.append((where, f"no {what}" if empty else f"its {what} is no string"))


def _check_encoding(encoding: str | None) -> None:
    try:
        codecs.lookup(encoding or "utf-8")
    except LookupError as error:
        raise BadOption(
            f"encoding is {encoding!r}, which Python does not know: try 'utf-8' or 'cp1252'."
        ) from error


def _read_folder(root: Path, encoding: str | None) -> _Rows:
    files, classes, left_out = survey(root)
    rows = _Rows()
    rows.left_out += [(readable(file.as_posix()), reason) for file, reason in left_out]
    guessed = 0
    for file in files:
        where = readable(file.as_posix())
        try:
            if not (root / file).is_file():  # opening a pipe would wait for ever
                raise UnreadableTexts("not a file")
            raw = (root / file).read_bytes()
            chosen = encoding or _encoding_of([raw])
            text = raw.decode(chosen)
            if "\0" in text:
                raise UnreadableTexts("not text")
        except (OSError, UnicodeDecodeError, UnreadableTexts) as error:
            unreadable = "not text" if isinstance(error, UnicodeDecodeError) else str(error)
            rows.left_out.append((where, unreadable))
            continue
        guessed += chosen == _FALLBACK != encoding
        rows.add(where, text, readable(file.parts[0]))
    used = set(rows.names)
    rows.left_out += [(name, "no text in it") for name in map(readable, classes) if name not in used]
    rows.left_out.sort()
    rows.guess = f"Files that are not UTF-8 ({guessed:,}) {_GUESS.replace('was', 'were')}" if guessed else ""
    return rows


def _read_file(path: Path, text: str, label: str, encoding: str | None) -> _Rows:
    kind = path.suffix.casefold()
    if kind not in (*_TABLES, *_JSON_LINES):
        raise UnreadableTexts(
            f"{readable(str(path))} ends in {path.suffix!r}: give a .csv, .tsv or .jsonl file, or a folder."
        )
    chosen = encoding or _encoding_of_file(path)
    try:
        if kind in _JSON_LINES:
            rows = _read_json_lines(path, chosen, text, label)
        else:
            rows = _read_table(path, chosen, text, label)
    except UnicodeDecodeError as error:
        way = f"it is not {encoding}" if encoding else "it is neither UTF-8 nor Windows-1252"
        raise UnreadableTexts(
            f"{readable(str(path))} cannot be decoded: {way}; give its encoding."
        ) from error
    if chosen == _FALLBACK != encoding:
        rows.guess = f"The file is not UTF-8 and {_GUESS}"
    return rows


def _read_table(path: Path, encoding: str, text: str, label: str) -> _Rows:
    quotings = [csv.QUOTE_MINIMAL]
    if _TABLES[path.suffix.casefold()] == "\t":  # spreadsheets quote such files, most other programs do not
        quotings.append(csv.QUOTE_NONE)
    for quoting in quotings:
        rows = _Rows()
        try:
            for where, value, name in _table_rows(path, encoding, text, label, quoting, rows.left_out):
                rows.add(where, value, name)
        except _BadQuotes as error:
            complaint = error
        else:
            return rows
    raise UnreadableTexts(f"{readable(str(path))}, {complaint}.") from complaint


def _table_rows(
    path: Path, encoding: str, text: str, label: str, quoting: int, left_out: list
) -> Iterator[tuple[str, str, str]]:
    delimiter, header = _header(path, encoding, text, label, quoting)
    columns = header.index(text), header.index(label)
    with open(path, encoding=encoding, newline="") as file, _long_fields():
        reader = csv.reader(file, delimiter=delimiter, quoting=quoting, strict=True)
        line = 1
        try:
            next(reader)
            line = reader.line_num + 1
            for row in reader:
                if row and len(row) != len(header):
                    plural = "" if len(row) == 1 else "s"
                    wrong = f"{len(row)} column{plural} where the first line names {len(header)}"
                    left_out.append((f"line {line}", wrong))
                elif row:
                    yield f"line {line}", row[columns[0]], row[columns[1]]
                line = reader.line_num + 1
        except csv.Error as error:
            raise _BadQuotes(
                f"line {line}: a quotation mark is never closed, or closed in the middle of a field"
            ) from error


def _header(path: Path, encoding: str, text: str, label: str, quoting: int) -> tuple[str, list[str]]:
    """Return the delimiter under which the first line names both columns, and that line's names."""
    best: list[str] = []
    for delimiter in _TABLES[path.suffix.casefold()]:
        with open(path, encoding=encoding, newline="") as file, _long_fields():
            try:
                row = next(csv.reader(file, delimiter=delimiter, quoting=quoting, strict=True), [])
            except csv.Error:
                continue  # under another delimiter the quotation marks may stand where they should
        names = [name.strip() for name in row]
        if text in names and label in names:
            return delimiter, names
        best = max(best, names, key=len)
    wanted = text if text not in best else label
    hint = suggest(wanted, [name for name in best if name]) if any(best) else " It is empty."
    raise MissingColumn(f"The first line of {readable(str(path))} names no column {wanted!r}.{hint}")


@contextmanager
def _long_fields() -> Iterator[None]:
    before = csv.field_size_limit(_LONGEST)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _read_json_lines(path: Path, encoding: str, text: str, label: str) -> _Rows:
    rows = _Rows()
    keys: set[str] = set()
    with open(path, encoding=encoding) as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            if not isinstance(row, dict):
                rows.left_out.append((f"line {number}", "not a JSON object"))
                continue
            if not keys >= {text, label}:
                keys.update(row)
            value, name = row.get(text), row.get(label)
            if isinstance(value, str) and not value.isascii():
                # JSON can spell half a character, which nothing after this could encode.
                value = value.encode("utf-8", "replace").decode("utf-8")
            rows.add(f"line {number}", value, str(name) if isinstance(name, int | float) else name)
    if keys and (missing := {text, label} - keys):
        wanted = min(missing)
        raise MissingColumn(
            f"No line of {readable(str(path))} has the key {wanted!r}.{suggest(wanted, keys)}"
        )
    return rows


def _encoding_of_file(path: Path) -> str:
    with open(path, "rb") as file:
        start = file.read(_BLOCK)
        chosen = _encoding_of(chain([start], iter(lambda: file.read(_BLOCK), b"")))
    if b"\0" in start and not chosen.startswith(("utf-16", "utf-32")):
        raise UnreadableTexts(f"{readable(str(path))} is not a text file, whatever its name ends in.")
    return chosen


def _encoding_of(blocks: Iterable[bytes]) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for number, block in enumerate(blocks):
            if number == 0:
                for mark, encoding in _MARKS:
                    if block.startswith(mark):
                        return encoding
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _FALLBACK
    return "utf-8"
