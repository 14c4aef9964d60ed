"""The typesetter: content in, PDF or pictures out, the same on every machine."""

import atexit
import re
import shutil
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

import typst

_TEMPLATE: Final = Path(__file__).with_name("sheets.typ")
_FACES: Final = ("Regular", "Semibold", "Bold")
_STANDARDS: Final[list[Any]] = ["a-3a", "ua-1"]
_REFUSED: Final = re.compile(
    r'the text `"(?P<text>.*?)"` could not be displayed'
    r'|contains the (?:disallowed )?codepoint `"(?P<code>.*?)"`',
    re.DOTALL,
)
Texts = Callable[[], Mapping[str, str]]
_ESCAPED: Final = re.compile(r"\\u\{([0-9a-fA-F]+)\}")


class MissingGlyph(ValueError):
    """A character that the sheets have no letter for; it never becomes a blank box on paper.

    `place` names the text that it stands in, as in `regimen[0].drug`.
    """

    def __init__(self, character: str, place: str) -> None:
        self.character, self.place = character, place
        named = unicodedata.name(character, "")
        code = f"U+{ord(character):04X}{f', {named.lower()}' if named else ''}"
        shown = f"“{character}” ({code})" if character.isprintable() else code
        self.words = f"the sheets cannot print the character {shown}. Write it in other letters."
        super().__init__(f"{place}: {self.words}")


def press_pdf(content: Mapping[str, str], texts: Texts) -> bytes:
    """Set the content as PDF/A-3a and PDF/UA-1. `texts` tells what was written, by its place.

    Raises `MissingGlyph`.
    """
    made = _compile(content, texts, format="pdf", pdf_standards=_STANDARDS, timestamp=0)
    assert isinstance(made, bytes)
    return made


def press_pages(content: Mapping[str, str], texts: Texts, ppi: int) -> list[bytes]:
    """Set the content as one PNG a page. Raises `MissingGlyph`."""
    press_pdf(content, texts)  # only this refuses a missing glyph; the layout is made once for both
    made = _compile(content, texts, format="png", ppi=ppi, timestamp=0)
    return _each(made)


def press_drawings(content: Mapping[str, str], texts: Texts) -> list[bytes]:
    """Set the content as one SVG a page. Raises `MissingGlyph`."""
    press_pdf(content, texts)
    return _each(_compile(content, texts, format="svg", timestamp=0))


def _each(made: bytes | list[bytes] | None) -> list[bytes]:
    return [made] if isinstance(made, bytes) else list(made or ())


def _compile(content: Mapping[str, str], texts: Texts, **how: Any) -> bytes | list[bytes] | None:
    # The function of the module, one call a document: a `typst.Compiler` cannot be shared by
    # threads ("Already borrowed").
    run: Callable[..., bytes | list[bytes] | None] = typst.compile
    try:
        return run(
            str(_TEMPLATE),
            root=str(_TEMPLATE.parent),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs=dict(content),
            **how,
        )
    except typst.TypstError as error:
        missing = _missing(str(error))
        if missing is None:
            raise
        place = next((place for place, text in texts().items() if missing in text), "the sheet")
        raise MissingGlyph(missing, place) from None


def _missing(message: str) -> str | None:
    """Return the first character that a refusal is about; None for another refusal."""
    found = _REFUSED.search(message)
    if not found:
        return None
    text = found["text"] or found["code"] or ""
    return _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text)[:1] or None


@cache
def _fonts() -> typst.Fonts:
    """Find the faces of the sheets: of Source Sans Pro these three, and those inside typst.

    The package has each face in two formats, and which of them is found first hangs on the file
    system; so the three are put in a folder of their own.
    """
    folder = Path(mkdtemp(prefix="taper-fonts-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with as_file(files("font_source_sans_pro") / "files") as package:
        for face in _FACES:
            name = f"SourceSansPro-{face}.ttf"
            shutil.copyfile(package / name, folder / name)
    return typst.Fonts(include_system_fonts=False, font_paths=[str(folder)])
