"""The documents say what is so: their examples run, their links lead somewhere."""

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
