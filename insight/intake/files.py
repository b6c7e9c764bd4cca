"""The files a user names, told apart by their first bytes and never by their names alone."""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from python_calamine import CalamineWorkbook

from insight.company import Source
from insight.intake.delimited import read_delimited
from insight.intake.mapping import Options
from insight.intake.mending import Mended, is_refusals, put_back, read_mended
from insight.intake.report import IntakeError, Trouble
from insight.intake.sheets import Sheet, finish_sheet
from insight.intake.workbooks import check_zip, list_sheets, open_workbook, read_parquet, read_texts, read_worksheet

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".parquet")
ACCEPTED = "CSV, XLSX, XLS or Parquet (each also .gz), or a folder of them"
MOST_BYTES = 2_000_000_000

_FOREIGN = (
    (b"%PDF", "a PDF"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3", "an SQLite database"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"{\\rtf", "an RTF document"),
)


@dataclass(frozen=True)
class File:
    """One readable file: ``kind`` is delimited, xlsx, xls or parquet."""

    name: str
    path: Path
    mended: Mapping[str, Mended] = field(default_factory=dict, compare=False)  # by sheet

    @cached_property
    def data(self) -> bytes:
        """Its bytes, unpacked when gzipped."""
        raw = read_bytes(self.path, self.name)
        return _unpack(raw, self.name) if raw.startswith(b"\x1f\x8b") else raw

    @cached_property
    def kind(self) -> str:
        """What its first bytes say it is; raises IntakeError for anything else."""
        return _sniff(self.data, self.name)

    @cached_property
    def book(self) -> CalamineWorkbook:
        """The opened workbook."""
        if self.kind == "xlsx":
            check_zip(self.data, self.name)
        return open_workbook(self.data, self.name)

    @cached_property
    def sheet_names(self) -> list[str]:
        """Its visible sheets; one without a name for files that are one table."""
        return list_sheets(self.book)[0] if self.kind in ("xlsx", "xls") else [""]

    @cached_property
    def hidden_names(self) -> list[str]:
        """Its hidden sheets, which are not read."""
        return list_sheets(self.book)[1] if self.kind in ("xlsx", "xls") else []

    @property
    def stem(self) -> str:
        """Its name without folder and endings."""
        return re.sub(r"(?i)(\.(csv|tsv|txt|xlsx|xls|parquet))?(\.gz)?$", "", self.path.name)

    def read(self, sheet: str, options: Options, fits: Callable[[Sequence[str]], bool]) -> Sheet:
        """One of its sheets, with the rows that were mended in a workbook of refused rows."""
        if self.kind == "parquet":
            read = read_parquet(self.data, self.name, options)
        elif self.kind == "delimited":
            read = read_delimited(self.data, self.name, options, fits)
        else:
            read = read_worksheet(self.data, self.book, self.name, sheet, options, fits)
        return finish_sheet(put_back(read, self.mended[sheet]) if sheet in self.mended else read)


def take_mended(files: Sequence[File]) -> tuple[list[File], list[File]]:
    """The files of data, with the rows mended in workbooks of refused rows among the files, and those workbooks."""
    workbooks: list[File] = []
    mended: dict[str, dict[str, Mended]] = {}
    for file in files:
        try:
            could_be = file.path.suffix.lower() == ".xlsx" and file.sheet_names[:1] == ["Summary"]
            texts = read_texts(file.book) if could_be else {}
        except IntakeError:
            continue  # told when it is read
        if is_refusals(texts):
            workbooks.append(file)
            for (name, sheet), rows in read_mended(texts, file.name).items():
                mended.setdefault(name, {})[sheet] = rows
    own = [replace(file, mended=mended.get(file.name, {})) for file in files if file not in workbooks]
    if workbooks and not own:
        names = ", ".join(file.name for file in workbooks)
        raise IntakeError(
            Trouble(
                "holds refused rows only",
                names,
                "your own files and the workbook together, as each load publishes everything",
                f"name your own files too: load YOUR-FILE {names}",
            )
        )
    for name in mended.keys() - {file.name for file in own}:
        raise IntakeError(Trouble(f"no file {name!r} for the rows mended in {workbooks[0].name}", "", "the same files"))
    return own, workbooks


def find_files(sources: Sequence[Path]) -> tuple[list[File], list[str]]:
    """The files to read, folders opened, and the names of those left out for their ending. Raises IntakeError."""
    troubles: list[Trouble] = []
    files: list[File] = []
    left_out: list[str] = []
    for source in sources:
        path = Path(source)
        try:
            if path.is_dir():
                inside = sorted(child for child in path.rglob("*") if child.is_file() and not _is_hidden(child, path))
                fitting = [child for child in inside if _has_suffix(child) and not _is_report(child)]
                left_out += [child.name for child in inside if child not in fitting]
                files += [File(child.relative_to(path).as_posix(), child) for child in fitting]
                if not fitting:
                    troubles.append(Trouble("the folder holds no file that can be read", path.name, ACCEPTED))
            elif path.is_file():
                files.append(File(path.name, path))
            else:
                troubles.append(Trouble("there is no such file or folder", str(source), ACCEPTED, "check the path"))
        except (OSError, ValueError) as error:
            troubles.append(Trouble(f"cannot be opened: {error}", str(source), ACCEPTED))
    if not sources:
        troubles.append(Trouble("no file was named", expected=ACCEPTED))
    if troubles:
        raise IntakeError(troubles)
    unique = {file.path.resolve(): file for file in files}
    return list(unique.values()), left_out


def _is_hidden(path: Path, folder: Path) -> bool:
    return any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)


def _is_report(path: Path) -> bool:
    """A workbook of refused rows that an earlier run left in the folder."""
    return re.fullmatch(r"refused-.*\.xlsx", path.name) is not None


def _has_suffix(path: Path) -> bool:
    return path.name.lower().removesuffix(".gz").endswith(SUFFIXES)


def read_bytes(path: Path, name: str) -> bytes:
    """The bytes of a file; raises IntakeError when it is empty, too big or cannot be read."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise IntakeError(
                Trouble(f"has {size:,} bytes", name, f"at most {MOST_BYTES:,}", "split it into several files")
            )
        data = path.read_bytes()
    except OSError as error:
        raise IntakeError(Trouble(f"cannot be read: {error.strerror or error}", name, "a file you may read")) from None
    if not data:
        raise IntakeError(Trouble("the file is empty", name, ACCEPTED, "export it again"))
    return data


def hash_file(file: File) -> Source:
    """The file's identity for the snapshot."""
    with file.path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Source(file.name, digest, file.path.stat().st_size)


def _unpack(data: bytes, name: str) -> bytes:
    """Unpack gzip, counting real bytes."""
    try:
        import io

        with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
            unpacked = stream.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        raise IntakeError(
            Trouble("is damaged: the gzip archive does not unpack", name, ACCEPTED, "pack or upload it again")
        ) from None
    if len(unpacked) > MOST_BYTES:
        raise IntakeError(
            Trouble(f"expands to more than {MOST_BYTES:,} bytes", name, "a smaller file", "split it into several files")
        )
    if not unpacked:
        raise IntakeError(Trouble("the file is empty", name, ACCEPTED, "export it again"))
    return unpacked


def _sniff(data: bytes, name: str) -> str:
    def refuse(what: str, mend: str = "") -> IntakeError:
        return IntakeError(Trouble(f"is {what}", name, ACCEPTED, mend))

    suffix = Path(name.lower().removesuffix(".gz")).suffix
    for magic, what in _FOREIGN:
        if data.startswith(magic) and not (
            magic in (b"MZ", b"BZh") and data[:2000].isascii() and b"\x00" not in data[:2000]
        ):
            raise refuse(what, "export the data as CSV or XLSX")
    if data[8:12] == b"DUCK":
        raise refuse("a DuckDB database", "export the data as CSV or Parquet")
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "xlsx"
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise refuse("protected by a password", "remove the password and save it")
        return "xls"
    if data.startswith(b"PAR1"):
        return "parquet"
    if data.startswith(b"\x1f\x8b"):
        raise refuse("a gzip archive within a gzip archive", "pack it once")
    start = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"<body")):
        raise refuse(f"an HTML table saved as {suffix or 'a file'}", "open it in Excel and save it as .xlsx")
    if start.startswith((b"<?xml", b"<workbook")):
        raise refuse(f"an XML file saved as {suffix or 'a file'}", "open it in Excel and save it as .xlsx")
    if suffix in (".xlsx", ".xls", ".parquet"):
        if b"\x00" in data[:4000]:
            raise refuse(f"no {suffix} file, or it is damaged", "save or upload it again")
        raise refuse(f"text saved as {suffix}", "rename it to .csv, or open it in Excel and save it as .xlsx")
    return "delimited"
