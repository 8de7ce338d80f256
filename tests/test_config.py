"""The configuration: where it is found, what it may say, and how it is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import CALL, CLEAN, check, run, write

OVERSIZED = CALL.replace('"hi"', '"hi", max_output_tokens=9000')


def refused(folder: Path, toml: str, *arguments: str) -> str:
    """How a configuration is refused."""
    write(folder, {"llmlint.toml": toml, "app.py": CALL})
    done = run("check", *arguments, cwd=folder)
    assert (done.code, done.out) == (2, ""), done
    place, _, reason = done.err.removeprefix("llmlint: error: ").rstrip("\n").partition(": ")
    assert place.partition(":")[0] == str(folder / "llmlint.toml")
    return reason


# -- where it is found ----------------------------------------------------------------------------------------


def test_pyproject(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL, "pyproject.toml": '[tool.llmlint]\nignore = ["LLM101"]\n'})
    assert check(tmp_path).codes == []


def test_own_file(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL, "llmlint.toml": 'ignore = ["LLM101"]\n'})
    assert check(tmp_path).codes == []


def test_own_file_comes_before_pyproject(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL, "llmlint.toml": "", "pyproject.toml": '[tool.llmlint]\nignore = ["LLM101"]\n'})
    assert check(tmp_path).codes == ["LLM101"]


def test_the_nearest_file_around_the_first_path(tmp_path: Path) -> None:
    files = {"llmlint.toml": 'ignore = ["LLM101"]\n', "app/llmlint.toml": "", "app/src/a.py": CALL, "lib/b.py": CALL}
    write(tmp_path, files)
    assert check(tmp_path, "app/src/a.py").codes == ["LLM101"]
    assert check(tmp_path, "lib/b.py").codes == []
    assert check(tmp_path / "lib", "../app/src").codes == ["LLM101"]


def test_a_pyproject_without_a_table_of_its_own_is_passed_by(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": '[tool.llmlint]\nignore = ["LLM101"]\n', "app/pyproject.toml": "[tool.ruff]\n"})
    write(tmp_path, {"app/a.py": CALL})
    assert check(tmp_path, "app").codes == []


def test_config_option(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL, "llmlint.toml": "", "ci/strict.toml": 'ignore = ["LLM101"]\n'})
    assert check(tmp_path, "--config", "ci/strict.toml").codes == []
    assert run("check", "--config", "gone.toml", cwd=tmp_path).err == (
        "llmlint: error: gone.toml: can't be read: No such file or directory\n"
    )


def test_patterns_of_a_config_option_count_from_the_working_directory(tmp_path: Path) -> None:
    write(tmp_path, {"app/a.py": CALL, "lib/b.py": CALL, "ci/strict.toml": 'extend-exclude = ["app/*"]\n'})
    assert check(tmp_path, "--config", "ci/strict.toml").findings == [("lib/b.py", 4, "LLM101")]


def test_isolated(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL, "llmlint.toml": "not even TOML"})
    assert check(tmp_path, "--isolated").codes == ["LLM101"]
    assert run("check", "--isolated", "--config", "llmlint.toml", cwd=tmp_path).code == 2


# -- what it may say ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("toml", "codes"),
    [
        ('select = ["LLM101"]', ["LLM101"]),
        ('select = ["ALL"]\nignore = ["LLM101"]', ["LLM104"]),
        ('extend-select = ["LLM104"]\nignore = ["LLM1"]', []),
        ("", ["LLM101", "LLM104"]),
        ("oversized-cap = 9000", ["LLM101"]),
        ("oversized-cap = 100", ["LLM101", "LLM104"]),
    ],
)
def test_rules_and_their_options(tmp_path: Path, toml: str, codes: list[str]) -> None:
    write(tmp_path, {"a.py": CALL, "b.py": OVERSIZED, "llmlint.toml": toml})
    assert check(tmp_path).codes == codes


def test_severity_by_rule(tmp_path: Path) -> None:
    toml = '[severity]\nLLM101 = "error"\noversized-output-cap = "warning"\n'
    write(tmp_path, {"a.py": CALL, "b.py": OVERSIZED, "llmlint.toml": toml})
    done = check(tmp_path, "--fail-on", "error")
    assert [found["severity"] for found in done.json["findings"]] == ["error", "warning"]
    assert done.code == 1


def test_fail_on_and_exit_zero(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL, "llmlint.toml": 'fail-on = "error"\n'})
    assert check(tmp_path).code == 0
    assert check(tmp_path, "--fail-on", "warning").code == 1
    write(tmp_path, {"llmlint.toml": "exit-zero = true\n"})
    assert check(tmp_path).code == 0


def test_how_it_is_printed(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL, "llmlint.toml": 'format = "concise"\nquiet = true\nstatistics = true\n'})
    assert [line.split(":")[0] for line in run("check", cwd=tmp_path).out.splitlines()] == [
        "app.py",
        "     1  LLM101  missing-output-cap",
    ]
    write(tmp_path, {"llmlint.toml": 'output-file = "report"\n'})
    assert "LLM101" not in run("check", cwd=tmp_path).out
    assert "LLM101" in (tmp_path / "report").read_text()


@pytest.mark.parametrize(
    ("exclude", "left"),
    [
        ('exclude = ["docs"]', ["app/a.py", "build/b.py"]),
        ('extend-exclude = ["docs"]', ["app/a.py"]),
        ('extend-exclude = ["docs/*"]', ["app/a.py", "app/docs/c.py"]),
        ('extend-exclude = ["app/docs"]', ["app/a.py", "docs/d.py"]),
        ('extend-exclude = ["/docs/"]', ["app/a.py", "app/docs/c.py"]),
        ('extend-exclude = ["**/docs"]', ["app/a.py"]),
        ('extend-exclude = ["*.py"]', []),
        ('extend-exclude = ["[a-c].py"]', ["docs/d.py"]),
    ],
)
def test_exclude(tmp_path: Path, exclude: str, left: list[str]) -> None:
    files = ["app/a.py", "build/b.py", "app/docs/c.py", "docs/d.py"]
    write(tmp_path, {**dict.fromkeys(files, CALL), "llmlint.toml": exclude})
    assert [path for path, _, _ in check(tmp_path).findings] == left


def test_path_patterns_count_from_the_configuration(tmp_path: Path) -> None:
    toml = 'extend-exclude = ["app/gen/*"]\n[per-file-ignores]\n"app/old/*" = ["LLM101"]\n'
    files = ["app/gen/a.py", "app/old/b.py", "app/c.py"]
    write(tmp_path, {**dict.fromkeys(files, CALL), "llmlint.toml": toml})
    assert check(tmp_path).findings == [("app/c.py", 4, "LLM101")]
    assert check(tmp_path / "app").findings == [("c.py", 4, "LLM101")]
    assert check(tmp_path, "app/old", "app/c.py").findings == [("app/c.py", 4, "LLM101")]
    assert check(tmp_path, "app/old/b.py").findings == []


def test_per_file_ignores(tmp_path: Path) -> None:
    toml = '[per-file-ignores]\n"tests/*" = ["LLM1"]\n"conftest.py" = ["ALL"]\n"b.py" = ["missing-timeout"]\n'
    files = ["tests/a.py", "app/conftest.py", "b.py"]
    write(tmp_path, {**dict.fromkeys(files, CALL), "llmlint.toml": toml})
    assert check(tmp_path).findings == [("b.py", 4, "LLM101")]


def test_max_file_size(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL, "llmlint.toml": "max-file-size = 20\n"})
    (found,) = check(tmp_path).json["findings"]
    assert (found["code"], found["message"]) == ("LLM000", "larger than 20 bytes (max-file-size): not parsed")


def test_the_command_line_comes_before_the_file(tmp_path: Path) -> None:
    toml = 'select = ["LLM104"]\nextend-select = ["LLM105"]\nformat = "concise"\n'
    write(tmp_path, {"app.py": CALL.replace("timeout=30, ", ""), "llmlint.toml": toml})
    assert check(tmp_path).codes == ["LLM105"]
    assert check(tmp_path, "--select", "LLM101").codes == ["LLM101"]


# -- a company's wrapper --------------------------------------------------------------------------------------

APIS = """\
modules: [acme_llm]
sdk: acme
language: python
packages: {acme_llm: 1.0}
clients:
  - paths: [acme_llm.Gateway()]
    timeout: {constructor: [timeout], default: 20}
    retries: {constructor: [retries], default: 0}
    sample: |
      import acme_llm
      acme_llm.Gateway()
operations:
  - paths: [acme_llm.Gateway().complete]
    kind: chat
    input: prompt
    cap: {call: [limit]}
    timeout: {call: [timeout]}
    sample: |
      import acme_llm
      acme_llm.Gateway().complete(prompt="hi")
"""
GATEWAY = """\
from acme_llm import Gateway

gateway = Gateway()
gateway.complete("hi", limit=300)
gateway.complete("hi")
"""


def test_apis_teach_a_wrapper(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": GATEWAY, "conf/acme.yaml": APIS, "llmlint.toml": ""})
    assert check(tmp_path).codes == []
    write(tmp_path, {"llmlint.toml": 'apis = ["conf/acme.yaml"]\n'})
    assert run("config", cwd=tmp_path).code == 0
    (found,) = check(tmp_path).json["findings"]
    assert (found["line"], found["code"]) == (5, "LLM101")
    assert "limit" in found["message"]


@pytest.mark.parametrize(
    ("change", "line", "reason"),
    [
        (("kind: chat", "kind: chatter"), 14, "operations.0.kind is 'chatter', not one of chat, completion, "),
        (("    input: prompt", "    inputs: prompt"), 15, "unknown key 'inputs'; did you mean 'input'?"),
        (("    input: prompt", "    input?: prompt"), 15, "unknown key 'input?'; did you mean 'input'?"),
        (("language: python", "language: cobol"), 3, "language is 'cobol', not one of python, typescript"),
        (("    kind: chat\n", ""), 13, "operations.0 has no 'kind'"),
        (("input: prompt", "input: [prompt"), 16, "not valid YAML: "),
        (("timeout: {constructor: [timeout], default: 20}", "timeout:\n      timeout: 20"), 8, "unknown key 'timeout'"),
        (("limit", "1"), 16, "operations.0.cap.call.0 is 1, not a string"),
        (("modules: [acme_llm]", "modules:\n  - acme_llm"), 1, "has no line 'modules: [...]'"),
        (
            ("paths: [acme_llm.Gateway().complete]", "paths: ['{client}.complete']"),
            0,
            "'{client}.complete' names a group",
        ),
        (("paths: [acme_llm.Gateway().complete]", "paths: []"), 0, "a list of paths is empty"),
        (("acme_llm: 1.0", "acme_llm: 2024-13-45"), 0, "not valid YAML: month must be in 1..12"),
    ],
)
def test_a_broken_apis_file_is_refused_with_file_and_line(
    tmp_path: Path, change: tuple[str, str], line: int, reason: str
) -> None:
    assert change[0] in APIS
    write(tmp_path, {"app.py": CLEAN, "acme.yaml": APIS.replace(*change), "llmlint.toml": 'apis = ["acme.yaml"]\n'})
    done = run("check", cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    place = f"{tmp_path / 'acme.yaml'}:{line}" if line else str(tmp_path / "acme.yaml")
    assert done.err.startswith(f"llmlint: error: {place}: {reason}")


@pytest.mark.parametrize(
    ("change", "line", "reason"),
    [
        (
            ('acme_llm.Gateway().complete(prompt="hi")', 'acme_llm.Gateway().chat(prompt="hi")'),
            18,
            "calls acme_llm.Gateway(), not acme_llm.Gateway().complete",
        ),
        (
            ("acme_llm.Gateway()\noperations", "acme_llm.Gate()\noperations"),
            9,
            "calls nothing that is known, not ",
        ),
        (
            ("import acme_llm\n      acme_llm.Gateway()\n", "import acme\n      acme.Gateway()\n"),
            9,
            "imports none of the file's 'modules', or holds none of the words of 'needs'",
        ),
        (('(prompt="hi")', "(prompt="), 18, "can't be parsed: "),
    ],
)
def test_config_command_refuses_a_sample_that_is_not_seen(
    tmp_path: Path, change: tuple[str, str], line: int, reason: str
) -> None:
    assert change[0] in APIS
    write(tmp_path, {"acme.yaml": APIS.replace(*change), "llmlint.toml": 'apis = ["acme.yaml"]\n'})
    done = run("config", cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"llmlint: error: {tmp_path / 'acme.yaml'}:{line}: the sample {reason}")


# -- how it is refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("toml", "reason"),
    [
        ('selct = ["LLM101"]', "unknown key 'selct'; did you mean 'select'?"),
        ("oversize-cap = 3", "unknown key 'oversize-cap'; did you mean 'oversized-cap'?"),
        ("per_file_ignores = {}", "unknown key 'per_file_ignores'; did you mean 'per-file-ignores'?"),
        ("zzz = 1", "unknown key 'zzz'"),
        ('select = "LLM101"', "select is 'LLM101', not a list of strings"),
        ("exclude = [1]", "exclude is [1], not a list of strings"),
        ("quiet = 1", "quiet is 1, not true or false"),
        ("format = 3", "format is 3, not one of text, concise, json"),
        ("max-file-size = true", "max-file-size is True, not a number of bytes above zero"),
        ("max-file-size = -1", "max-file-size is -1, not a number of bytes above zero"),
        ('oversized-cap = "big"', "oversized-cap is 'big', not a whole number from 0 up like the default 8192"),
        ("oversized-cap = true", "oversized-cap is True, not a whole number from 0 up like the default 8192"),
        ("oversized-cap = -1", "oversized-cap is -1, not a whole number from 0 up like the default 8192"),
        ("request-timeout = 1.5", "request-timeout is 1.5, not a whole number from 0 up like the default 0"),
        ("[tool.llmlint]\nquiet = true", "keys stand in llmlint.toml without the heading [tool.llmlint]"),
        ('fail-on = "fatal"', "fail-on is 'fatal', not one of info, warning, error"),
        ("fail-on = []", "fail-on is [], not one of info, warning, error"),
        ('severity = "error"', "severity is 'error', not a table of rules"),
        ('severity = {LLM101 = "off"}', "severity.LLM101 is 'off', not one of info, warning, error"),
        ('severity = {LLM110 = "info"}', "severity: there is no rule 'LLM110'"),
        ('per-file-ignores = ["LLM101"]', "per-file-ignores is ['LLM101'], not a table of patterns"),
        ('per-file-ignores = {"[ab].py" = ["LLM999"]}', "no rule matches 'LLM999'"),
        ('per-file-ignores = {"a.py" = "LLM101"}', "per-file-ignores.a.py is 'LLM101', not a list of strings"),
        ('select = ["LLM999"]', "no rule matches 'LLM999'"),
        ('ignore = [""]', "no rule matches ''"),
        ('format = "xml"', "format is 'xml', not one of text, concise, json"),
        ('apis = ["gone.yaml"]', "apis: there is no file "),
        ("select = [", "not valid TOML: "),
        ("a = 1\na = 2", "not valid TOML: "),
        ("a = " + "[" * 5000, "not valid TOML: nested too deeply"),
    ],
)
def test_refused(tmp_path: Path, toml: str, reason: str) -> None:
    assert refused(tmp_path, toml).startswith(reason)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("LM101", "LLM101"),
        ("LLM-204", "LLM204"),
        ("hard-coded-key", "hardcoded-key"),
        ("missing-cap", "missing-output-cap"),
        ("LLM9", ""),
        ("LLM110", ""),
        ("LLM999", ""),
        ("F401", ""),
    ],
)
def test_a_rule_is_suggested_where_one_is_near(tmp_path: Path, word: str, meant: str) -> None:
    suggestion = f"; did you mean {meant!r}?" if meant else ""
    assert refused(tmp_path, f'select = ["{word}"]') == f"no rule matches {word!r}{suggestion}"
    assert run("explain", word, cwd=tmp_path).err == f"llmlint: error: there is no rule {word!r}{suggestion}\n"


def test_an_option_on_the_command_line_does_not_save_a_broken_file(tmp_path: Path) -> None:
    refused(tmp_path, 'select = ["LLM999"]', "--select", "LLM101")
    refused(tmp_path, 'format = "xml"', "--format", "json")


@pytest.mark.parametrize(
    ("pyproject", "line", "reason"),
    [
        (b"[tool.llmlint]\nselct = []\n", ":2", "unknown key 'selct'; did you mean 'select'?"),
        (b"[tool.x]\nselect = 1\n[tool.llmlint]\n\nselect = 1\n", ":5", "select is 1, not a list of strings"),
        (b"[tool.llmlint.severity]\nLLM999 = 'info'\n", ":1", "severity: there is no rule 'LLM999'"),
        (b"[tool]\nllmlint = 3\n", "", "tool.llmlint is not a table"),
        (b"[tool.llmlint]\n[tool.llmlint]\n", ":2", "not valid TOML: "),
        (b"# caf\xe9\n", "", "not valid TOML: "),
    ],
)
def test_a_broken_pyproject(tmp_path: Path, pyproject: bytes, line: str, reason: str) -> None:
    write(tmp_path, {"app.py": CALL, "pyproject.toml": pyproject})
    done = run("check", "app.py", cwd=tmp_path)
    assert (done.code, done.out) == (2, "")
    place, _, said = done.err.removeprefix(f"llmlint: error: {tmp_path / 'pyproject.toml'}").partition(": ")
    assert (place, said.startswith(reason)) == (line, True)


def test_a_pyproject_whose_tools_are_no_table_is_not_ours(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL, "pyproject.toml": "tool = 3\n"})
    assert check(tmp_path).codes == ["LLM101"]


def test_a_byte_order_mark(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL, "llmlint.toml": b'\xef\xbb\xbfignore = ["LLM101"]\r\n'})
    assert check(tmp_path).codes == []


# -- llmlint config -------------------------------------------------------------------------------------------


def test_config_command_says_where_each_value_comes_from(tmp_path: Path) -> None:
    toml = (
        'ignore = ["LLM102"]\noversized-cap = 100\n[severity]\nLLM101 = "error"\n[per-file-ignores]\n"t/*" = ["LLM2"]\n'
    )
    write(tmp_path, {"llmlint.toml": toml})
    file = str(tmp_path / "llmlint.toml")
    lines = run("config", "--select", "LLM1", cwd=tmp_path).out.splitlines()
    for line in (
        'select = ["LLM1"]  # command line',
        f'ignore = ["LLM102"]  # {file}',
        f"oversized-cap = 100  # {file}",
        "max-agent-steps = 100  # default",
        f'severity = {{"LLM101": "error"}}  # {file}',
        f'per-file-ignores = {{"t/*": ["LLM2"]}}  # {file}',
        'fail-on = "warning"  # default',
    ):
        assert line in lines
    assert lines[-1].startswith('rules = ["LLM000", "LLM101", "LLM103", ')


def test_config_command_refuses_what_check_refuses(tmp_path: Path) -> None:
    write(tmp_path, {"llmlint.toml": "selct = []"})
    assert run("config", cwd=tmp_path).code == 2
