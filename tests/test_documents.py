"""The documents say what is so: their examples run, their links lead somewhere."""

import ast
import contextlib
import doctest
import inspect
import io
import pkgutil
import re
import runpy
import shlex
from pathlib import Path

import pytest

from taper import Plan, build_schedule
from taper.cli import main
from taper.plan import json_schema
from taper.schedule import ENGINE

TOP = Path(__file__).parents[1]
DOCUMENTS = [*TOP.glob("*.md"), *TOP.glob("docs/**/*.md"), *TOP.glob("tests/**/*.md")]
README = (TOP / "README.md").read_text("utf-8")
FORMAT = (TOP / "docs/plan-format.md").read_text("utf-8")


def blocks(language: str, text: str = README) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


each_document = pytest.mark.parametrize(
    "document", DOCUMENTS, ids=lambda file: str(file.relative_to(TOP))
)


def headings(document: Path) -> set[str]:
    """Return the anchors of a document's headings, as code hosts make them."""
    found = re.findall(r"^#+ (.+)$", document.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", words.lower()).replace(" ", "-") for words in found}


@each_document
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text("utf-8")
    for name, target in re.findall(r"\[([^]]*)\]\(([^)]+)\)", text):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        there = document.parent / path if path else document
        assert there.exists(), target
        if anchor:
            assert anchor in headings(there), target
        if code := re.fullmatch(r"`(\w+\.[\w.]+)`", name):
            defined = inspect.getsourcefile(pkgutil.resolve_name(f"taper.{code[1]}"))
            assert defined == str(there.resolve()), name


@each_document
def test_paths_lead_somewhere(document: Path) -> None:
    text = document.read_text("utf-8")
    within = [document.parent, TOP, TOP / "src/taper", TOP / "tests"]
    for path in re.findall(r"`((?:[\w.-]+/)+(?:[\w-]+\.\w+)?|[\w/]+\.(?:py|md|toml|typ))`", text):
        assert any((folder / path).exists() for folder in within), path


@each_document
def test_commands_are_there(document: Path) -> None:
    text = document.read_text("utf-8")
    makefile = (TOP / "Makefile").read_text("utf-8")
    for target in re.findall(r"(?:`|^|&& )make ([a-z-]+)", text, re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
    for command, rest in re.findall(r"`taper ([a-z]+)([^`]*)`", text):
        with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()) as said:
            main([command, "--help"])
        for option in re.findall(r"--?[a-z][a-z-]*", rest):
            assert re.search(rf"(?<![\w-]){option}\b", said.getvalue()), (command, option)


@pytest.mark.parametrize(
    "document",
    [file for file in DOCUMENTS if "```console" in file.read_text("utf-8")],
    ids=lambda file: file.stem,
)
def test_commands_print_what_is_shown(
    document: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
) -> None:
    """Each `$ taper …` of a page prints the lines under it; "..." stands for lines left out.

    plan.json is the plan on the page, else that of the README.
    """
    monkeypatch.chdir(tmp_path)
    text = document.read_text("utf-8")
    (plan,) = blocks("json", text) or blocks("json")
    Path("plan.json").write_text(plan, "utf-8")
    sessions = "".join(blocks("console", text)).split("$ taper ")
    assert not sessions[0]
    for session in sessions[1:]:
        command, _, shown = session.partition("\n")
        assert main(shlex.split(command)) == 0
        printed = capfdbinary.readouterr().out.decode("utf-8-sig").replace("\r\n", "\n")
        same = doctest.OutputChecker().check_output(shown, printed, doctest.ELLIPSIS)
        assert same, f"{command} printed:\n{printed}"


@pytest.mark.parametrize(
    "document",
    [file for file in DOCUMENTS if "\n>>> " in file.read_text("utf-8")],
    ids=lambda file: file.stem,
)
def test_python_gives_what_is_shown(document: Path) -> None:
    failed, tried = doctest.testfile(str(document), module_relative=False, encoding="utf-8")
    assert tried
    assert not failed


SCREEN = {
    text.value
    for file in sorted((TOP / "src/taper").rglob("*.py"))
    for text in ast.walk(ast.parse(file.read_text("utf-8")))
    if isinstance(text, ast.Constant) and isinstance(text.value, str)
}


@pytest.mark.parametrize(
    "document",
    [TOP / "docs/tour.md", *TOP.glob("docs/how-to/[a-z]*.md")],
    ids=lambda file: file.stem,
)
def test_words_of_the_screen_are_on_the_screen(document: Path) -> None:
    """What stands in bold on these pages is what the app writes there."""
    words = re.findall(r"\*\*(.+?)\*\*", document.read_text("utf-8"))
    assert words
    assert [said for said in words if said not in SCREEN] == []


def test_the_readmes_plan_and_python_example(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (plan,) = blocks("json")
    Path("plan.json").write_text(plan, "utf-8")
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(blocks("python")[0], {})  # noqa: S102 - our own example
    made = build_schedule(Plan.from_json(plan))
    assert made.ends
    assert str(made.ends) in out.getvalue()


def test_the_readmes_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("plan.json").write_text(blocks("json")[0], "utf-8")
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    commands = [line.split()[1:] for line in lines if line.startswith(".venv/bin/taper ")]
    assert len(commands) >= 2
    for command in commands:
        assert main(command) == 0
    assert capfd.readouterr().out.startswith("\ufeffstep,start,end")
    makefile = (TOP / "Makefile").read_text("utf-8")
    for target in re.findall(r"^make ([a-z-]+)", "\n".join(lines), re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_every_command_is_in_the_documents() -> None:
    with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.StringIO()) as said:
        main(["--help"])
    commands = re.findall(r"^    ([a-z]+) ", said.getvalue(), re.MULTILINE)
    assert {"schedule", "check", "print", "open", "app"} <= set(commands)
    for command in commands:
        assert f"taper {command}" in README + FORMAT, command


def test_the_arithmetic_is_what_the_cases_say() -> None:
    page = runpy.run_path(str(TOP / "docs/make_arithmetic.py"))["page"]
    assert (TOP / "docs/arithmetic.md").read_text("utf-8") == page(), "see: make arithmetic"


def test_every_key_of_a_plan_is_documented() -> None:
    schema = json_schema()
    names = set(schema["properties"])
    for part in schema["$defs"].values():
        names |= set(part.get("properties", {}))
    assert {name for name in names if f"`{name}" not in FORMAT} == set()


def test_the_version_is_said_once() -> None:
    project = (TOP / "pyproject.toml").read_text("utf-8")
    assert f'version = "{ENGINE}"' in project
    assert f"\nversion: {ENGINE}\n" in (TOP / "CITATION.cff").read_text("utf-8")
    assert f"## {ENGINE}" in (TOP / "CHANGELOG.md").read_text("utf-8").replace("[", "").replace(
        "]", ""
    )


def test_the_repo_names_no_machine() -> None:
    """Nothing of the place where it was made: no home folder, no index of packages."""
    files = [*DOCUMENTS, *TOP.glob("requirements/*"), *TOP.glob("src/**/*.py"), TOP / "Makefile"]
    for file in files:
        text = file.read_text("utf-8")
        for trace in ("/root/", "/home/", "/work/", "--index-url", "--find-links", "pypi.org"):
            assert trace not in text, (file, trace)


# ------------------------------------------------------------------------------ promises, hazards


def rows(document: str) -> dict[str, list[str]]:
    """Return each row's id with the tests that it names: "test_amount.py::TestExact"."""
    text = (TOP / "docs" / document).read_text("utf-8")
    found = re.findall(r"^\| ([A-Z][0-9]+) \|(.*)$", text, re.MULTILINE)
    assert len(dict(found)) == len(found), "an id stands twice"
    tests = r"`((?:browser/)?test_\w+\.py[\w:]*)`"
    named = {row: re.findall(tests, rest) for row, rest in found}
    untested = [row for row, rest in found if not named[row] and "| none |" not in rest]
    assert not untested
    return named


@pytest.mark.parametrize(
    ("document", "ids"),
    [
        ("promises.md", [f"P{n}" for n in range(1, 23)]),
        ("hazards.md", [f"H{n:02}" for n in range(1, 41)]),
    ],
)
def test_each_promise_and_hazard_names_tests_that_exist(document: str, ids: list[str]) -> None:
    assert list(rows(document)) == ids
    for named in rows(document).values():
        for test in named:
            file, *inside = test.split("::")
            body: list[ast.stmt] = ast.parse((TOP / "tests" / file).read_text("utf-8")).body
            for name in inside:
                (at,) = [
                    each
                    for each in body
                    if isinstance(each, ast.ClassDef | ast.FunctionDef) and each.name == name
                ]
                body = at.body


def test_each_promise_that_a_test_names_names_that_test() -> None:
    promised = rows("promises.md")
    for file in sorted((TOP / "tests").rglob("test_*.py")):
        name = file.relative_to(TOP / "tests").as_posix()
        for row in re.findall(r"\b(P[0-9]{1,2})(?=[:,] )", file.read_text("utf-8")):
            tests = {test.partition("::")[0] for test in promised[row]}
            assert name in tests, f"{row} does not name {name}"


def test_no_test_is_skipped() -> None:
    switched_off = re.compile(r"(?:mark|pytest)\.(?:skip|skipif|xfail|importorskip)\b")
    for file in (TOP / "tests").rglob("*.py"):
        assert not switched_off.search(file.read_text("utf-8")), file.name
