"""What git says changed since a branch left another one."""

from __future__ import annotations

from pathlib import Path

import pytest
from command import write
from repository import commit, git, needs_git

from llmlint.changes import Changes, changes_since
from llmlint.errors import ConfigError

pytestmark = needs_git

TEN = "".join(f"line {number}\n" for number in range(1, 11))


@pytest.fixture
def branch(tmp_path: Path) -> Path:
    """A work tree on a branch of its own, whose parent has gone on since."""
    git(tmp_path, "init", "-q", "-b", "main")
    write(tmp_path, {"app/a.py": TEN, "app/b.py": TEN, "app/c.py": TEN, ".gitignore": "*.log\n"})
    commit(tmp_path)
    git(tmp_path, "checkout", "-q", "-b", "topic")
    return tmp_path


def numbers(changes: Changes, path: str) -> list[int]:
    return [number for part in changes.lines.get(path, ()) for number in part]


def test_lines_of_commits_index_and_work_tree(branch: Path) -> None:
    write(branch, {"app/a.py": TEN.replace("line 2\n", "line two\nline two and a half\n")})
    commit(branch)
    write(branch, {"app/b.py": TEN + "line 11\n"})
    git(branch, "add", ".")
    write(branch, {"app/c.py": TEN.replace("line 4\n", ""), "new.py": "one\ntwo\n", "run.log": "\n"})
    changes = changes_since(branch / "app", "main")
    assert numbers(changes, "app/a.py") == [2, 3]
    assert numbers(changes, "app/b.py") == [11]
    assert numbers(changes, "app/c.py") == []
    assert set(numbers(changes, "new.py")) >= {1, 2}
    assert changes.before == {"app/a.py": "app/a.py", "app/b.py": "app/b.py", "app/c.py": "app/c.py", "new.py": None}
    assert changes.content("app/c.py").decode() == TEN


def test_what_the_other_branch_did_since_is_no_change(branch: Path) -> None:
    git(branch, "checkout", "-q", "main")
    write(branch, {"app/a.py": TEN + "theirs\n"})
    commit(branch)
    git(branch, "checkout", "-q", "topic")
    write(branch, {"app/b.py": TEN + "ours\n"})
    commit(branch)
    changes = changes_since(branch, "main")
    assert set(changes.lines) == {"app/b.py"}
    assert changes.content("app/a.py").decode() == TEN


def test_moved_and_removed_files(branch: Path) -> None:
    git(branch, "mv", "app/a.py", "app/moved.py")
    write(branch, {"app/moved.py": TEN + "line 11\n"})
    git(branch, "rm", "-q", "app/b.py")
    changes = changes_since(branch, "main")
    assert numbers(changes, "app/moved.py") == [11]
    assert changes.before == {"app/moved.py": "app/a.py"}
    assert changes.removed == {"app/a.py", "app/b.py"}


@pytest.mark.parametrize("name", ["two words.py", "größe.py", "日本.py", "a+++ b/c.py"])
def test_names(branch: Path, name: str) -> None:
    write(branch, {name: TEN})
    commit(branch)
    write(branch, {name: TEN.replace("line 3", "++ b/other.py\n@@ -1 +1 @@")})
    assert numbers(changes_since(branch, "HEAD"), name) == [3, 4]


def test_settings_of_the_user_change_nothing(branch: Path) -> None:
    settings = {"diff.noprefix": "true", "diff.mnemonicPrefix": "true", "color.ui": "always", "diff.renames": "false"}
    for key, value in settings.items():
        git(branch, "config", key, value)
    git(branch, "mv", "app/a.py", "app/moved.py")
    write(branch, {"app/b.py": TEN + "line 11\n"})
    changes = changes_since(branch, "main")
    assert numbers(changes, "app/b.py") == [11]
    assert changes.before["app/moved.py"] == "app/a.py"


def test_touch(branch: Path) -> None:
    write(branch, {"app/a.py": TEN.replace("line 5", "line five")})
    changes = changes_since(branch, "main")
    touched = [first for first in range(1, 9) if changes.touch(branch / "app/a.py", range(first, first + 2))]
    assert touched == [4, 5]
    assert not changes.touch(branch / "app/b.py", range(1, 11))


@pytest.mark.parametrize("revision", ["nowhere", "", "--output=x", "HEAD:app/a.py"])
def test_unknown_revision(branch: Path, revision: str) -> None:
    with pytest.raises(ConfigError, match="no revision"):
        changes_since(branch, revision)
    assert not (branch / "x").exists()


def test_no_repository(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not in a work tree"):
        changes_since(tmp_path, "main")


def test_no_common_commit(branch: Path) -> None:
    git(branch, "checkout", "-q", "--orphan", "other")
    write(branch, {"app/a.py": "x\n"})
    commit(branch)
    with pytest.raises(ConfigError, match="fetch more of the history"):
        changes_since(branch, "main")


def test_a_clone_that_is_too_shallow(branch: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    write(branch, {"app/a.py": "x\n"})
    commit(branch)
    folder = tmp_path_factory.mktemp("clone")
    git(folder, "clone", "-q", "--depth=1", "-b", "topic", branch.as_uri(), ".")
    git(folder, "fetch", "-q", "--depth=1", "origin", "main:main")
    with pytest.raises(ConfigError, match="fetch more of the history"):
        changes_since(folder, "main")
