"""The documents say what is so: their examples run, their links lead somewhere."""

import ast
import contextlib
import io
import json
import re
from pathlib import Path

import pytest

from taper import Plan, build_schedule
from taper.cli import main
from taper.plan import json_schema
from taper.schedule import ENGINE

TOP = Path(__file__).parents[1]
DOCUMENTS = [*TOP.glob("*.md"), *TOP.glob("docs/**/*.md"), TOP / "tests/cases/README.md"]
README = (TOP / "README.md").read_text("utf-8")
FORMAT = (TOP / "docs/plan-format.md").read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: str(file.relative_to(TOP)))
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text("utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if not target.startswith(("http://", "https://", "#")):
            assert (document.parent / target.partition("#")[0]).exists(), target


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


def test_the_published_schema_is_the_one_in_force() -> None:
    published = json.loads((TOP / "docs/plan.schema.json").read_text("utf-8"))
    assert published == json_schema()


def test_every_key_of_a_plan_is_documented() -> None:
    schema = json_schema()
    names = set(schema["properties"])
    for part in schema["$defs"].values():
        names |= set(part.get("properties", {}))
    assert {name for name in names if f"`{name}" not in FORMAT} == set()


def test_the_version_is_said_once() -> None:
    project = (TOP / "pyproject.toml").read_text("utf-8")
    assert f'version = "{ENGINE}"' in project
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
