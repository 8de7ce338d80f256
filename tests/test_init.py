"""``llmlint init``: the first configuration."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from command import CALL, run, write

from llmlint.catalog import Catalog
from llmlint.config import load

README = Path(__file__).parent.parent / "README.md"
ACTION = "acme/llmlint@0123456789012345678901234567890123456789"


def test_a_configuration_that_can_be_used(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": "[project]\nname = 'a'\n", "app.py": CALL})
    assert run("init", cwd=tmp_path).out == "Wrote llmlint.toml.\n"
    assert run("check", cwd=tmp_path).code == 1
    names = {path.name for path in tmp_path.iterdir()} - {".llmlint_cache"}
    assert names == {
        "app.py",
        "llmlint.toml",
        "pyproject.toml",
    }


def test_every_key_in_a_comment_can_be_used(tmp_path: Path) -> None:
    run("init", cwd=tmp_path)
    text = (tmp_path / "llmlint.toml").read_text()
    used = re.sub(r"^# (?=[a-z-]+ = )", "", text, flags=re.M)
    assert len(re.findall("^[a-z-]+ = ", used, re.M)) == 8
    write(tmp_path, {"llmlint.toml": used})
    load(tmp_path / "llmlint.toml", Catalog())


def test_the_sdks_in_use(tmp_path: Path) -> None:
    script = 'import OpenAI from "openai";\n'
    write(
        tmp_path,
        {"a.py": CALL, "b.py": "from google import genai\n", "c.ts": script, "d.py": "import anthropic.types\n"},
    )
    run("init", cwd=tmp_path)
    text = (tmp_path / "llmlint.toml").read_text()
    assert "# Found here: anthropic in 1 file, google_genai in 1 file, openai in 2 files.\n" in text


def test_no_sdk(tmp_path: Path) -> None:
    run("init", cwd=tmp_path)
    assert "# No SDK of a model provider" in (tmp_path / "llmlint.toml").read_text()


@pytest.mark.parametrize(
    ("name", "text"), [("llmlint.toml", "quiet = true\n"), ("pyproject.toml", "[tool.llmlint]\nquiet = true\n")]
)
def test_a_configuration_stays(name: str, text: str, tmp_path: Path) -> None:
    write(tmp_path, {name: text})
    assert run("init", cwd=tmp_path).out == f"{name} configures llmlint already, and stays as it is.\n"
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [(name, text)]


def test_hook(tmp_path: Path) -> None:
    assert "Wrote .pre-commit-config.yaml." in run("init", "--pre-commit", cwd=tmp_path).out
    (hook,) = yaml.safe_load((tmp_path / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    (own, _) = yaml.safe_load((README.parent / ".pre-commit-hooks.yaml").read_text())
    assert {key: hook[key] for key in ("id", "entry", "types", "require_serial")} == {
        key: own[key] for key in ("id", "entry", "types", "require_serial")
    }


def test_a_hook_stays(tmp_path: Path) -> None:
    write(tmp_path, {".pre-commit-config.yaml": "repos: []\n"})
    done = run("init", "--pre-commit", cwd=tmp_path)
    assert "What to add to it:\n\nrepos:\n" in done.out
    assert (tmp_path / ".pre-commit-config.yaml").read_text() == "repos: []\n"


def test_workflow(tmp_path: Path) -> None:
    """The same as in the README, but for what not everybody wants."""
    run("init", "--workflow", ACTION, cwd=tmp_path)
    written = (tmp_path / ".github/workflows/llmlint.yml").read_text()
    documented = README.read_text(encoding="utf-8").split("# .github/workflows/llmlint.yml\n")[1].split("```")[0]
    steps = yaml.safe_load(written)["jobs"]["llmlint"]["steps"]
    assert steps[0] == yaml.safe_load(documented)["jobs"]["llmlint"]["steps"][0]
    assert steps[1] == {"uses": ACTION}


def test_below_the_root(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": "", "src/app.py": CALL})
    run("init", "src", cwd=tmp_path)
    assert (tmp_path / "llmlint.toml").exists()


def test_no_folder(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": CALL})
    assert run("init", "app.py", cwd=tmp_path).code == 2


def test_the_workflow_is_named_by_its_path(tmp_path: Path) -> None:
    path = ".github/workflows/llmlint.yml"
    assert f"Wrote {path}.\n" in run("init", "--workflow", f"a/b@{'0' * 40}", cwd=tmp_path).out
    assert f"{path} is there already" in run("init", "--workflow", f"a/b@{'0' * 40}", cwd=tmp_path).out


@pytest.mark.parametrize("name", ["llmlint", "owner/llmlint", "owner@v1", "owner/llmlint@v1\n      - run: id"])
def test_a_workflow_needs_an_owner_and_a_commit(name: str, tmp_path: Path) -> None:
    done = run("init", "--workflow", name, cwd=tmp_path)
    assert (done.code, list(tmp_path.iterdir())) == (2, [])
    assert "not of the form OWNER/NAME@COMMIT" in done.err
