"""Text files before they are parsed: their encoding, delimiter and header."""

import codecs
import csv
import io
from collections.abc import Callable
from pathlib import Path

from store.errors import WinbackError

_CHUNK = 1 << 22
_DELIMITERS = ",;\t|"
_NAMES = {"latin-1": "Latin-1 (Windows-1252)", "gb18030": "GB 18030", "utf-16": "UTF-16"}
# Latin-1 leaves 0x80 to 0x9f to control characters; what shops export there is Windows-1252, the euro sign first.
_WINDOWS = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}


def detect_encoding(path: Path) -> str:
    """`utf-8`, `utf-16`, `gb18030`, or `latin-1`, which fits anything; the whole file is looked at."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as handle:
        while chunk := handle.read(_CHUNK):
            if chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and handle.tell() <= _CHUNK:
                return "utf-16"
            try:
                decoder.decode(chunk)
            except UnicodeDecodeError:
                return _other_encoding(chunk)
    return "utf-8"


def _other_encoding(chunk: bytes) -> str:
    """A few broken bytes among many sound characters are damage, not another encoding."""
    if _damage(chunk, "utf-8") < 0.1:
        return "utf-8"
    # Both bytes of a GB 2312 character are above 0xa0; accented Latin letters hardly ever come in pairs.
    return "gb18030" if _damage(chunk, "gb2312") < 0.05 else "latin-1"


def _damage(chunk: bytes, encoding: str) -> float:
    text = chunk.decode(encoding, "replace")
    foreign = sum(1 for char in text if char > "\x7f")
    return text.count("\ufffd") / max(foreign, 1)


def describe_encoding(encoding: str) -> str:
    return _NAMES.get(encoding, encoding)


def rewrite(path: Path, target: Path, encoding: str, newlines: bool = False) -> None:
    """Copy a text file as UTF-8; with `newlines`, every line ends the same way. Memory stays flat."""
    translate: Callable[[str], str] = (
        (lambda text: text.translate(_WINDOWS)) if encoding == "latin-1" else (lambda text: text)
    )
    mode = None if newlines else ""
    try:
        with (
            path.open(encoding=encoding, errors="replace", newline=mode) as source,
            target.open("w", encoding="utf-8", newline="") as out,
        ):
            while block := source.read(_CHUNK):
                out.write(translate(block))
    except LookupError:
        raise WinbackError(f"There is no encoding {encoding}; write one such as utf-8 or gb18030.") from None


def read_header(path: Path, delimiter: str | None) -> tuple[list[str], str]:
    """The column names of a UTF-8 text file, and its delimiter. Raises WinbackError where there is none."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as handle:
        head = handle.read(1 << 20)
    if "\x00" in head[:1000]:
        raise WinbackError(f"{path.name} is not a text file; give a CSV, Parquet or XLSX file.")
    mark = delimiter or _likeliest_delimiter(head)
    rows = csv.reader(io.StringIO(head), delimiter=mark)
    names = [name.strip() for name in next((row for row in rows if any(row)), list[str]())]
    if not any(names):
        raise WinbackError(f"{path.name} has no header line; its first line must name the columns.")
    return check_names(names, path.name), mark


def check_names(names: list[str], label: str) -> list[str]:
    """Every column needs its own name; nameless trailing ones are numbered."""
    named = [name or f"column_{position}" for position, name in enumerate(names, 1)]
    seen: set[str] = set()
    for name in named:
        if name.lower() in seen:
            raise WinbackError(f"{label} has two columns named {name}; rename one of them.")
        seen.add(name.lower())
    return named


def _likeliest_delimiter(head: str) -> str:
    first = next((line for line in head.splitlines() if line.strip()), "")
    bare = "".join(part for part in first.split('"')[::2])
    return max(_DELIMITERS, key=bare.count)
