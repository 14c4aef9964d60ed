"""What a screen reader reads in a PDF: its tags in order, with their text and where it stands."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from pypdf import PageObject, PdfReader
from pypdf.generic import ContentStream, DictionaryObject, IndirectObject

Where = tuple[int, int]  # the id of a page's object, and the mark in it
Matrix = tuple[float, float, float, float, float, float]
_AS_IT_IS: Final[Matrix] = (1, 0, 0, 1, 0, 0)
_HEX: Final = r"<([0-9A-Fa-f]+)>\s*"


@dataclass
class Said:
    """The text of one mark, and how far from the left of the page it begins, in points."""

    text: str = ""
    left: float = 0


@dataclass
class Tag:
    """One element; `text` is all that stands in it, `heads` the ids of its columns' headings."""

    kind: str
    text: str
    left: float
    id: str
    heads: tuple[str, ...]
    kids: list["Tag"] = field(default_factory=list)

    def all(self, kind: str) -> Iterator["Tag"]:
        for kid in self.kids:
            if kid.kind == kind:
                yield kid
            yield from kid.all(kind)


def tags(data: bytes) -> list[Tag]:
    """Return what stands in the document, in the order in which it is read."""
    reader = PdfReader(io.BytesIO(data))
    said: dict[Where, Said] = {}
    for page in reader.pages:
        assert page.indirect_reference is not None
        for mark, what in _marks(page):
            said[page.indirect_reference.idnum, mark] = what
    root: Any = reader.trailer["/Root"]
    (document,) = _kids(root["/StructTreeRoot"])
    return _tag(document, said, 0)[0].kids


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K", [])
    return list(kids) if isinstance(kids, list) else [kids]


def _tag(element: Any, said: dict[Where, Said], page: int) -> tuple[Tag, list[Said]]:
    """Return an element, and the pieces of text that it is made of."""
    element = element.get_object()
    if "/Pg" in element:
        page = element.raw_get("/Pg").idnum
    pieces: list[Said] = []
    found: list[Tag] = []
    for kid in _kids(element):
        thing: Any = kid.get_object() if isinstance(kid, IndirectObject) else kid
        if isinstance(thing, int):
            pieces.append(said[page, thing])
        elif thing.get("/Type") == "/MCR":
            at = thing.raw_get("/Pg").idnum if "/Pg" in thing else page
            pieces.append(said[at, thing["/MCID"]])
        else:
            tag, inside = _tag(thing, said, page)
            found.append(tag)
            pieces += inside
    about = element.get("/A", [])
    heads = [str(head) for each in about for head in each.get("/Headers", ())]
    text = re.sub(r"\s+", " ", "".join(piece.text for piece in pieces)).replace("- ", "-").strip()
    left = min((piece.left for piece in pieces if piece.text.strip()), default=0.0)
    kind, name = str(element["/S"]).removeprefix("/"), str(element.get("/ID", ""))
    return Tag(kind, text, left, name, tuple(heads), found), pieces


# ---------------------------------------------------------------------------- the text of the marks


def _marks(page: PageObject) -> Iterator[tuple[int, Said]]:
    """Yield each mark of a page with its text; a new line is a space."""
    known: Any = page["/Resources"]
    fonts = {name: _letters(font.get_object()) for name, font in known["/Font"].items()}
    stream = ContentStream(page.get_contents(), page.pdf)
    placed = at = _AS_IT_IS
    kept: list[Matrix] = []
    font: dict[int, str] = {}
    open_: list[int | None] = []
    line: float | None = None
    said: dict[int, Said] = {}
    for operands, operator in stream.operations:
        match operator:
            case b"q":
                kept.append(placed)
            case b"Q":
                placed = kept.pop()
            case b"cm":
                placed = _through(operands, placed)
            case b"BDC":
                about = operands[1]
                mark = about.get("/MCID") if isinstance(about, DictionaryObject) else None
                open_.append(mark)
                if mark is not None:
                    said[mark] = Said()
            case b"BMC":
                open_.append(None)
            case b"EMC":
                open_.pop()
            case b"Tf":
                font = fonts[operands[0]]
            case b"Tm":
                at = _through(operands, placed)
            case b"Tj" | b"TJ":
                mark = next((each for each in reversed(open_) if each is not None), None)
                if mark is None:
                    continue
                piece = said[mark]
                new_line = line is not None and abs(at[5] - line) > 1
                piece.left = min(piece.left, at[4]) if piece.text else at[4]
                piece.text += (" " if new_line else "") + _text(operands[0], font)
                line = at[5]
    yield from said.items()


def _through(inner: Any, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = (float(each) for each in inner)
    p, q, r, s, t, u = outer
    return (
        a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s,
        e * p + f * r + t, e * q + f * s + u,
    )  # fmt: skip


def _text(parts: Any, font: dict[int, str]) -> str:
    strings = parts if isinstance(parts, list) else [parts]
    codes = b"".join(part.original_bytes for part in strings if hasattr(part, "original_bytes"))
    return "".join(
        font[int.from_bytes(codes[at : at + 2])] for at in range(0, len(codes), 2)
    ).replace("\u00a0", " ")


def _letters(font: Any) -> dict[int, str]:
    """Return what each code of a font stands for."""
    table = font["/ToUnicode"].get_data().decode()
    found: dict[int, str] = {}
    for section in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, letters in re.findall(_HEX * 2, section):
            found[int(code, 16)] = bytes.fromhex(letters).decode("utf-16-be")
    for section in re.findall(r"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for first, last, letters in re.findall(_HEX * 3, section):
            start = int.from_bytes(bytes.fromhex(letters))
            for code in range(int(first, 16), int(last, 16) + 1):
                found[code] = chr(start + code - int(first, 16))
    return found
