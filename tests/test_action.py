"""The action of GitHub: its steps as a runner runs them, over repositories with a history."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
import yaml
from command import CALL, CLEAN, Run, run, write
from leaky import FILES, OPENAI, OTHER
from repository import commit, git, needs_git
from sources import ROOT, copy_sources

pytestmark = needs_git
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
SECOND = 'client.responses.create(input="bye")\n'
EVENT = {"repository": {"full_name": "acme/shop"}}


@dataclass
class Runner:
    """A job: the repository that was checked out, and the files through which its steps talk to GitHub."""

    folder: Path
    event: dict[str, Any] = field(default_factory=lambda: EVENT)

    def __post_init__(self) -> None:
        self.repository.mkdir()
        git(self.repository, "init", "-q", "-b", "main")

    @property
    def repository(self) -> Path:
        return self.folder / "repository"

    @property
    def environment(self) -> dict[str, str]:
        (self.folder / "event.json").write_text(json.dumps(self.event), encoding="utf-8")
        names = {"GITHUB_EVENT_PATH": "event.json", "GITHUB_OUTPUT": "output", "GITHUB_STEP_SUMMARY": "summary.md"}
        return {variable: str(self.folder / name) for variable, name in names.items()}

    def run(self, **inputs: str) -> Run:
        given = {f"LLMLINT_{name.upper()}": value for name, value in inputs.items()}
        with patch.dict(os.environ, {**self.environment, **given, "GITHUB_ACTOR": "somebody"}):
            return run("action", cwd=self.repository)

    @property
    def outputs(self) -> dict[str, str]:
        lines = (self.folder / "output").read_text(encoding="utf-8").splitlines()
        return dict(line.split("=", 1) for line in lines)

    @property
    def summary(self) -> str:
        return (self.folder / "summary.md").read_text(encoding="utf-8")

    def commit(self, files: dict[str, str | bytes]) -> str:
        """Write and commit files; the commit."""
        write(self.repository, files)
        commit(self.repository)
        head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=self.repository, capture_output=True, check=True)
        return head.stdout.decode().strip()


def annotated(printed: str) -> list[tuple[str, str, int]]:
    """Level, path and line of each annotation of a place."""
    found = re.findall(r"^::(\w+) file=(.*?),line=(\d+),", printed, re.M)
    return [(level, path, int(line)) for level, path, line in found]


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


@pytest.fixture
def pull_request(runner: Runner) -> Runner:
    """A pull request of a branch that adds a call to app.py, after which its base went on; its merge is checked out."""
    runner.commit({"app.py": CALL, "old.py": CALL})
    git(runner.repository, "checkout", "-q", "-b", "feature")
    runner.commit({"app.py": "# a shop\n" + CALL + SECOND})
    git(runner.repository, "checkout", "-q", "main")
    base = runner.commit({"new.py": CALL})
    git(runner.repository, "checkout", "-q", "--detach")
    git(runner.repository, "merge", "-q", "--no-edit", "feature")
    own = {"repo": {"full_name": "acme/shop"}}
    runner.event = {**EVENT, "pull_request": {"base": {"sha": base, **own}, "head": {"sha": "1", **own}}}
    return runner


# -- what is told ---------------------------------------------------------------------------------------------


def test_a_pull_request_is_told_of_the_lines_that_it_changes(pull_request: Runner) -> None:
    done = pull_request.run()
    assert done.code == 1
    assert annotated(done.out) == [("warning", "app.py", 6)]
    assert done.out.endswith("1 finding (1 warning), 3 files checked.\n")
    assert pull_request.summary.startswith("### llmlint: 1 finding, 3 files checked\n")
    assert "| warning | LLM101 | app.py:6:1 |" in pull_request.summary
    assert "$4,218 in 48 hours" in pull_request.summary
    assert pull_request.summary.endswith("\n3 more were there before.\n")
    assert pull_request.outputs == {"findings": "1"}


def test_a_pull_request_is_told_of_what_it_causes_elsewhere(runner: Runner) -> None:
    capped = "import llm\n\n\ndef title():\n    return llm.ask('hi', 90)\n"
    wrapper = CLEAN.replace('client.responses.create(input="hi", max_output_tokens=500)', "")
    wrapper += "\n\ndef ask(text, cap=None):\n    return client.responses.create(input=text, max_output_tokens=cap)\n"
    base = runner.commit({"llm.py": wrapper, "title.py": capped, "old.py": CALL})
    runner.commit({"title.py": capped.replace(", 90", "")})
    runner.event = {**EVENT, "merge_group": {"base_sha": base}}
    assert annotated(runner.run().out) == [("warning", "llm.py", 8)]


def test_what_a_baseline_knows_of_is_not_told(runner: Runner) -> None:
    runner.commit({"app.py": CALL, "llmlint.toml": 'baseline = "known.json"\n'})
    assert run("baseline", "write", cwd=runner.repository).code == 0
    runner.commit({"new.py": CALL})
    done = runner.run(sarif_file="out.sarif")
    assert annotated(done.out) == [("warning", "new.py", 4)]
    log = json.loads((runner.repository / "out.sarif").read_text(encoding="utf-8"))
    assert len(log["runs"][0]["results"]) == 1


def test_a_pull_request_whose_branch_is_checked_out(pull_request: Runner) -> None:
    git(pull_request.repository, "checkout", "-q", "feature")
    assert annotated(pull_request.run().out) == [("warning", "app.py", 6)]


def test_a_pull_request_that_adds_nothing(pull_request: Runner) -> None:
    pull_request.commit({"app.py": "# a shop\n" + CALL})
    done = pull_request.run()
    assert (done.code, annotated(done.out)) == (0, [])
    assert pull_request.outputs == {"findings": "0"}


def test_a_merge_queue(pull_request: Runner) -> None:
    base = pull_request.event["pull_request"]["base"]["sha"]
    pull_request.event = {**EVENT, "merge_group": {"base_sha": base}}
    assert annotated(pull_request.run().out) == [("warning", "app.py", 6)]


def test_changed_lines_of_a_notebook(runner: Runner) -> None:
    cells = [{"cell_type": "code", "source": CALL.splitlines(keepends=True)}]
    old = json.dumps({"cells": cells, "nbformat": 4}, indent=1)
    base = runner.commit({"a.ipynb": old})
    cells.append({"cell_type": "code", "source": [SECOND]})
    new = json.dumps({"cells": cells, "nbformat": 4}, indent=1)
    runner.commit({"a.ipynb": new})
    runner.event = {**EVENT, "merge_group": {"base_sha": base}}
    line = next(number for number, line in enumerate(new.splitlines(), 1) if "bye" in line)
    assert annotated(runner.run().out) == [("warning", "a.ipynb", line)]


@pytest.mark.parametrize("inputs", [{"changed_only": "false"}, {}], ids=["asked for", "a push"])
def test_everything(inputs: dict[str, str], pull_request: Runner) -> None:
    if not inputs:
        pull_request.event = EVENT
    done = pull_request.run(**inputs)
    assert done.code == 1
    assert [path for _, path, _ in annotated(done.out)] == ["app.py", "app.py", "new.py", "old.py"]
    assert pull_request.outputs == {"findings": "4"}


def test_a_history_that_is_too_short(pull_request: Runner) -> None:
    shallow = pull_request.folder / "shallow"
    git(pull_request.folder, "clone", "-q", "--depth=1", pull_request.repository.as_uri(), str(shallow))
    shutil.rmtree(pull_request.repository)
    shallow.rename(pull_request.repository)
    done = pull_request.run()
    assert done.code == 2
    assert done.out.startswith("::error title=llmlint::what the pull request changes can't be told: ")
    assert "give actions/checkout fetch-depth: 0, or set changed-only to false" in done.out


# -- inputs ---------------------------------------------------------------------------------------------------


def test_annotations_have_a_limit(runner: Runner) -> None:
    untimed = CALL.replace("timeout=30, ", "") + SECOND
    runner.commit({"app.py": untimed})
    done = runner.run(annotations="2")
    assert annotated(done.out) == [("warning", "app.py", 4), ("warning", "app.py", 5)]
    assert "::notice title=llmlint::1 more in the summary of the job\n" in done.out
    assert "| info | LLM105 |" in runner.summary
    assert annotated(runner.run(annotations="0").out) == []


@pytest.mark.parametrize(
    ("inputs", "code", "found"),
    [
        ({"paths": "a b/app.py\n  lib \n"}, 1, 2),
        ({"paths": "lib"}, 1, 1),
        ({"select": "LLM105, LLM2"}, 0, 0),
        ({"ignore": "missing-output-cap"}, 0, 0),
        ({"fail_on": "error"}, 0, 2),
        ({"fail_on": "", "select": "", "sarif_file": "", "paths": ""}, 1, 2),
    ],
)
def test_inputs(inputs: dict[str, str], code: int, found: int, runner: Runner) -> None:
    runner.commit({"a b/app.py": CALL, "lib/app.py": CALL})
    done = runner.run(**inputs)
    assert (done.code, runner.outputs["findings"]) == (code, str(found))


def test_projects_with_configurations_of_their_own(runner: Runner) -> None:
    lenient = 'ignore = ["LLM101"]\n'
    runner.commit({"a/llmlint.toml": "", "a/app.py": CALL, "b/llmlint.toml": lenient, "b/app.py": CALL})
    assert annotated(runner.run(paths="a\nb").out) == [("warning", "a/app.py", 4)]


@pytest.mark.parametrize(
    ("inputs", "reason"),
    [
        ({"paths": "src\nno such"}, "there is no file or folder 'src'"),
        ({"select": "LLM9"}, "no rule matches 'LLM9'"),
        ({"fail_on": "never"}, "'never' is not one of"),
        ({"annotations": "many"}, "'many' is not a valid integer"),
        ({"sarif_file": "no/such/folder/x"}, "no/such/folder/x: can't be written"),
    ],
)
def test_inputs_that_are_refused(inputs: dict[str, str], reason: str, runner: Runner) -> None:
    runner.commit({"app.py": CLEAN})
    done = runner.run(**inputs)
    assert done.code == 2
    assert reason in done.out + done.err
    assert "Traceback" not in done.err


# -- SARIF, and who may write -----------------------------------------------------------------------------------


def test_sarif_holds_all_that_is_not_suppressed(pull_request: Runner) -> None:
    pull_request.commit({"hushed.py": CALL.rstrip() + "  # llmlint: ignore[LLM101]\n"})
    pull_request.run(sarif_file="out.sarif")
    assert pull_request.outputs == {"findings": "1", "sarif-file": "out.sarif", "upload": "true"}
    log = json.loads((pull_request.repository / "out.sarif").read_text(encoding="utf-8"))
    assert len(log["runs"][0]["results"]) == 4


@pytest.mark.parametrize("head", [{"repo": {"full_name": "other/shop"}}, {"repo": None}], ids=["fork", "gone"])
def test_a_fork_is_told_as_well_and_uploads_nothing(head: dict[str, Any], pull_request: Runner) -> None:
    pull_request.event["pull_request"]["head"] = head
    done = pull_request.run(sarif_file="out.sarif")
    assert annotated(done.out) == [("warning", "app.py", 6)]
    assert pull_request.outputs["upload"] == "false"


def test_no_output_names_more_than_one_thing(runner: Runner) -> None:
    runner.commit({"app.py": CALL})
    runner.run(sarif_file="out.sarif\nupload=x\n")
    assert runner.outputs["upload"] == "true"
    assert (runner.repository / "out.sarifupload=x").exists()


def test_no_key_is_told(runner: Runner) -> None:
    runner.commit(FILES)
    done = runner.run(sarif_file="out.sarif")
    assert "LLM301" in done.out
    sarif = (runner.repository / "out.sarif").read_text(encoding="utf-8")
    refused = runner.run(select=OPENAI)
    assert refused.code == 2
    for told in (done.out, done.err, runner.summary, sarif, refused.out, refused.err):
        assert OPENAI not in told
        assert OTHER not in told


# -- action.yml -------------------------------------------------------------------------------------------------


def steps() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ACTION["runs"]["steps"]
    return [step for step in found if "run" in step]


def filled(text: str, runner: Runner, given: dict[str, str]) -> str:
    """An expression of the action as the runner fills it in."""
    values = {
        **{f"inputs.{name}": given.get(name, each["default"]) for name, each in ACTION["inputs"].items()},
        "steps.python.outputs.python-path": sys.executable,
        "runner.temp": str(runner.folder),
    }
    return re.sub(r"\$\{\{ (.*?) \}\}", lambda match: values[match[1]], text)


def test_no_input_is_text_of_a_shell() -> None:
    assert steps()
    for step in steps():
        assert "${{" not in step["run"]


@pytest.mark.skipif(sys.platform == "win32", reason="the path of bash")
@pytest.mark.skipif(sys.version_info < (3, 11), reason="the action brings its own Python")
def test_the_steps(pull_request: Runner) -> None:
    copy_sources(pull_request.folder / "action")
    # What the repository holds must never be imported.
    trap = "raise SystemExit('imported')\n"
    pull_request.commit({f"{name}.py": trap for name in ("yaml", "click", "llmlint", "json", "encodings", "pip")})
    given = {"paths": "app.py\nold.py", "fail-on": "error", "sarif-file": "$(touch hacked)`touch hacked`.sarif"}
    variables = {**pull_request.environment, "RUNNER_TEMP": str(pull_request.folder)}
    variables["GITHUB_ACTION_PATH"] = str(pull_request.folder / "action")
    for step in steps():
        own = {name: filled(value, pull_request, given) for name, value in step["env"].items()}
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
            cwd=pull_request.repository,
            env={**os.environ, "PYTHONPATH": "", **variables, **own},
            capture_output=True,
            text=True,
            check=False,
        )
        if "No matching distribution" in done.stderr and not os.environ.get("CI"):
            pytest.skip("the packages that llmlint needs can't be fetched")
        assert done.returncode == 0, done
    assert annotated(done.stdout) == [("warning", "app.py", 6)]
    assert pull_request.outputs["sarif-file"] == given["sarif-file"]
    assert not (pull_request.repository / "hacked").exists()


def test_what_checks_workflows_finds_nothing(tmp_path: Path) -> None:
    """Neither in the action nor in the workflow of the README."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (workflow,) = [text for text in re.findall(r"^```yaml\n(.*?)^```$", readme, re.M | re.S) if "/checkout@" in text]
    assert workflow.count("OWNER/llmlint@COMMIT") == 1
    pinned = workflow.replace("OWNER/llmlint@COMMIT", f"example/llmlint@{'0123456789' * 4}")
    write(tmp_path, {".github/workflows/pinned.yml": pinned})
    # With the action beside it, its inputs are checked as well.
    write(tmp_path, {".github/workflows/own.yml": workflow.replace("OWNER/llmlint@COMMIT", "./")})
    shutil.copy(ROOT / "action.yml", tmp_path)
    git(tmp_path, "init", "-q")
    schema = "check-jsonschema --builtin-schema vendor.github-"
    for command in (
        "zizmor --offline action.yml .github/workflows/pinned.yml",
        "actionlint .github/workflows/pinned.yml .github/workflows/own.yml",
        f"{schema}actions action.yml",
        f"{schema}workflows .github/workflows/pinned.yml",
    ):
        tool, *arguments = command.split()
        path = shutil.which(tool, path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
        if path is not None:
            done = subprocess.run([path, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
