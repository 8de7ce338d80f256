"""Which files a run looks at."""

from __future__ import annotations

import ntpath
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from command import CALL, check, run, write
from repository import git, needs_git

from llmlint.discover import relative

needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links take privileges")


def found(folder: Path, *arguments: str) -> list[str]:
    """The files in which the call that each of them holds is found."""
    return [path for path, _, _ in check(folder, *arguments).findings]


def calls(*paths: str) -> dict[str, str]:
    return dict.fromkeys(paths, CALL)


@pytest.fixture(params=[pytest.param("git", marks=needs_git), "no repository", "no git"])
def repository(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that git looks after, one that it does not, and one that it would if it were installed."""
    if request.param == "git":
        git(tmp_path, "init", "-q")
    elif request.param == "no git":
        write(tmp_path, {".git/HEAD": "ref: refs/heads/main\n", "bin/nothing": ""})
        monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


# -- .gitignore -----------------------------------------------------------------------------------------------


def test_gitignore(repository: Path) -> None:
    ignores = "# a comment\n/top.py\n*.gen.py\nout/\n!kept.gen.py\ndocs/**/draft.py\nname[0-9].py\n"
    write(repository, {".gitignore": ignores})
    ignored = ["top.py", "a.gen.py", "app/b.gen.py", "out/c.py", "app/out/d.py", "docs/x/y/draft.py", "name7.py"]
    kept = ["app/top.py", "draft.py", "kept.gen.py", "namex.py", "out.py"]
    write(repository, calls(*ignored, *kept))
    assert found(repository) == kept


def test_a_gitignore_further_in_speaks_of_its_own_folder(repository: Path) -> None:
    write(repository, {".gitignore": "*.tmp.py\n", "app/.gitignore": "/a.py\n!b.tmp.py\n"})
    write(repository, calls("a.py", "b.tmp.py", "app/a.py", "app/b.tmp.py", "app/c/a.py", "app/c/d.tmp.py"))
    assert found(repository) == ["a.py", "app/b.tmp.py", "app/c/a.py"]


def test_a_folder_that_is_ignored_hides_what_a_later_line_would_keep(repository: Path) -> None:
    write(repository, {".gitignore": "out/\n!out/kept.py\n", **calls("out/kept.py", "a.py")})
    assert found(repository) == ["a.py"]


def test_a_gitignore_above_the_folder_that_is_checked(repository: Path) -> None:
    write(repository, {"pyproject.toml": "", ".gitignore": "app/a.py\n", **calls("app/a.py", "app/b.py")})
    assert found(repository, "app") == ["app/b.py"]
    assert found(repository / "app") == ["b.py"]


def test_a_gitignore_that_no_regular_expression_could_say(repository: Path) -> None:
    write(repository, {".gitignore": "[z-a].py\n[[a]b.py\n[\n\\\n*\\\n(.py\n", **calls("a.py", "(.py")})
    assert found(repository) == ["a.py"]


@needs_git
def test_what_git_tracks_is_checked_although_ignored(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, calls("tracked.py", "other.py"))
    git(tmp_path, "add", "tracked.py")
    write(tmp_path, {".gitignore": "*.py\n"})
    assert found(tmp_path) == ["tracked.py"]


@needs_git
def test_a_file_that_git_tracks_and_that_is_gone(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, calls("a.py", "gone.py"))
    git(tmp_path, "add", ".")
    (tmp_path / "gone.py").unlink()
    assert found(tmp_path) == ["a.py"]


@needs_git
def test_repositories_in_a_repository(tmp_path: Path) -> None:
    """A submodule, and a clone that git knows nothing of."""
    for name in ("library", "app"):
        write(tmp_path / name, {".gitignore": "ignored.py\n", **calls("ignored.py", "code.py")})
        git(tmp_path / name, "init", "-q")
        git(tmp_path / name, "add", ".")
        git(tmp_path / name, "commit", "-qm", "all")
    git(tmp_path / "app", "submodule", "add", "-q", str(tmp_path / "library"), "sub")
    shutil.copytree(tmp_path / "library", tmp_path / "app/clone")
    assert found(tmp_path / "app") == ["clone/code.py", "code.py", "sub/code.py"]
    git(tmp_path / "app", "submodule", "deinit", "-f", "sub")
    assert found(tmp_path / "app") == ["clone/code.py", "code.py"]


@needs_git
@pytest.mark.parametrize("variable", ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"])
def test_in_a_hook_of_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, calls("app/a.py", "b.py"))
    monkeypatch.setenv(variable, str(tmp_path / ".git"))
    assert found(tmp_path) == ["app/a.py", "b.py"]
    assert found(tmp_path, "app") == ["app/a.py"]


# -- excludes -------------------------------------------------------------------------------------------------


def test_what_nobody_wrote_is_left_out(repository: Path) -> None:
    ours = ["app/a.py", "env.py", "environments/a.py", "buildings/a.py"]
    theirs = [
        ".venv/lib/a.py", "venv/a.py", "node_modules/b/a.py", "build/lib/a.py", "dist/a.py", ".tox/py/a.py",
        "app/__pycache__/a.py", "lib/site-packages/a.py", "messages_pb2.py", ".ipynb_checkpoints/a.py",
        ".git/hooks/a.py",
    ]  # fmt: skip
    write(repository, calls(*ours, *theirs))
    assert found(repository) == sorted(ours)


def test_a_virtual_environment_of_any_name(repository: Path) -> None:
    write(repository, {"my-env/pyvenv.cfg": "home = /usr/bin\n", **calls("my-env/bin/activate_this.py", "a.py")})
    assert found(repository) == ["a.py"]


def test_other_suffixes_are_left_out(repository: Path) -> None:
    write(repository, calls("a.py", "b.pyi", "c.PY", "d.txt", "e", "f.pyc", "g.py.orig"))
    assert found(repository) == ["a.py", "b.pyi", "c.PY"]


# -- paths given by name --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["build/a.py", "ignored.py", "script", "notes.txt", "x_pb2.py"])
def test_a_file_given_by_name_is_always_checked(repository: Path, path: str) -> None:
    write(repository, {".gitignore": "ignored.py\n", **calls(path)})
    assert found(repository, path) == [path]


@pytest.mark.parametrize("folder", ["build", "ignored", ".venv/lib", "app/node_modules/b"])
def test_a_folder_given_by_name_is_always_checked(repository: Path, folder: str) -> None:
    write(repository, {".gitignore": "ignored/\n", **calls(f"{folder}/a.py", f"{folder}/dist/b.py")})
    assert found(repository, folder) == [f"{folder}/a.py"]
    assert found(repository / folder) == ["a.py"]


def test_a_folder_whose_name_ends_in_py(repository: Path) -> None:
    write(repository, calls("x.py/a.py", "y.ipynb/b.py"))
    assert found(repository) == ["x.py/a.py", "y.ipynb/b.py"]
    assert found(repository, "x.py") == ["x.py/a.py"]


def test_a_file_is_checked_once(repository: Path) -> None:
    write(repository, calls("app/a.py"))
    assert found(repository, "app", "app/a.py", ".", "app/../app") == ["app/a.py"]


def test_names_of_all_kinds(repository: Path) -> None:
    names = ["a b.py", "été.py", "-n.py", "--help.py", "{a}.py", "[a].py", "*.py", "%s.py", "语.py"]
    write(repository, calls(*names))
    assert found(repository) == sorted(names)
    assert found(repository, "--", *names) == sorted(names)


def test_a_file_outside_of_any_project_knows_its_neighbours_only(tmp_path: Path) -> None:
    ask = "import openai\n\n\ndef ask(p):\n    return openai.OpenAI().responses.create(input=p)\n"
    use = "from {} import ask\nwhile True:\n    try:\n        ask('')\n        break\n    except OSError: ...\n"
    write(tmp_path, {"near.py": ask, "far/__init__.py": "", "far/llm.py": ask})
    write(tmp_path, {"a.py": use.format("near"), "b.py": use.format("far.llm")})
    assert found(tmp_path, "--select", "LLM201", "a.py", "b.py") == ["a.py"]
    assert found(tmp_path, "--select", "LLM201", ".") == ["a.py", "b.py"]


# -- links ----------------------------------------------------------------------------------------------------


@needs_links
def test_links_in_a_circle(repository: Path) -> None:
    write(repository, calls("app/a.py"))
    (repository / "app/up").symlink_to(repository, target_is_directory=True)
    (repository / "app/self").symlink_to(repository / "app/self")
    (repository / "app/self.py").symlink_to(repository / "app/self.py")
    (repository / "app/nowhere.py").symlink_to(repository / "gone.py")
    assert found(repository) == ["app/a.py"]


@needs_links
def test_a_link_to_a_file_that_is_checked_anyway_adds_nothing(repository: Path) -> None:
    write(repository, calls("app/a.py"))
    (repository / "b.py").symlink_to(repository / "app/a.py")
    assert found(repository) == ["app/a.py"]
    assert found(repository, "b.py") == ["b.py"]


@needs_links
def test_a_link_to_a_file_elsewhere(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    write(elsewhere, calls("a.py"))
    (repository / "b.py").symlink_to(elsewhere / "a.py")
    assert found(repository) == ["b.py"]


@needs_links
@pytest.mark.parametrize("path", ["self.py", "nowhere.py"])
def test_a_broken_link_given_by_name(tmp_path: Path, path: str) -> None:
    (tmp_path / "self.py").symlink_to(tmp_path / "self.py")
    (tmp_path / "nowhere.py").symlink_to(tmp_path / "gone.py")
    (problem,) = check(tmp_path, path).json["findings"]
    assert (problem["code"], problem["path"]) == ("LLM000", path)
    assert problem["message"].startswith("can't be read: ")


def test_a_pipe_is_no_file(repository: Path) -> None:
    mkfifo: Callable[[Path], None] | None = getattr(os, "mkfifo", None)
    if mkfifo is None:
        pytest.skip("no named pipes")
    write(repository, calls("a.py"))
    mkfifo(repository / "b.py")
    assert found(repository) == ["a.py"]
    refused = run("check", "b.py", cwd=repository)
    assert refused.code == 2
    assert "'b.py' is neither a file nor a folder" in refused.err


@pytest.mark.parametrize(
    ("path", "name"),
    [("C:\\work\\app\\llm.py", "app/llm.py"), ("C:\\other\\llm.py", "../other/llm.py"), ("D:\\llm.py", "D:/llm.py")],
)
def test_names_on_windows(monkeypatch: pytest.MonkeyPatch, path: str, name: str) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("llmlint.discover.os", SimpleNamespace(path=ntpath, sep="\\", fspath=str))
        found = relative(path, "C:\\work")
    assert found == name
