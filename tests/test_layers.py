"""Which module may import which, how little is loaded at the start, and where every exception is caught."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest
from command import CALL, PACKAGE, spawn, write

FOUNDATION = {
    "cycles", "declarations", "errors", "facts", "failures", "findings", "formats", "frozen", "gists", "git", "modules",
    "moves", "notebooks", "outline", "outlining", "patterns", "randomness", "remedies", "script_modules", "scripts",
    "source", "terraform_modules", "values",
}  # fmt: skip
KNOWLEDGE = {
    "apis",
    "budgets",
    "catalog",
    "config",
    "consumer_libraries",
    "entries",
    "explain",
    "fingerprints",
    "keys",
    "leaks",
    "limits",
    "libraries",
    "linked",
    "model_calls",
    "operations",
    "prefilter",
    "queues",
    "quotes",
    "resources",
    "schema",
    "suppress",
    "task_libraries",
    "tasks",
}
LOWER = FOUNDATION | KNOWLEDGE

# What each room may import of llmlint: the rooms by their own names, a single module by its path.
MAY_IMPORT = {
    "checks": {"facts", "findings", "linked", "model_calls", "operations", "queues", "remedies", "tasks", "values"},
    "languages": LOWER | {"languages"},
    "link": LOWER | {"link"},
    "output": LOWER | {"output", "__init__"},
    "discover": FOUNDATION,
    "engine": LOWER | {"discover", "languages"},
    "extractors": LOWER | {"engine"},
    "processes": set(),
    "cluster": LOWER | {"workers", "__init__"},
    "workers": LOWER | {"discover", "engine", "extractors", "processes", "__init__"},
    "codec": set(),
    "store": {"codec"},
    "cache": LOWER | {"codec", "discover", "engine", "extractors", "store", "__init__"},
    "checking": LOWER,
    "baseline": LOWER | {"discover"},
    "since": LOWER | {"changes", "discover"},
    "changes": FOUNDATION,
    "workspace": FOUNDATION | {"discover"},
    "samples": LOWER | {"engine", "link"},
    "surroundings": LOWER | {"discover"},
    "fixes": LOWER | {"discover", "languages"},
    "fix": LOWER | {"fixes"},
    "project": LOWER | {"cache", "checking", "discover", "engine", "extractors", "fixes", "link", "surroundings"},
    "cli": LOWER
    | {
        "baseline",
        "cache",
        "changes",
        "checking",
        "cluster",
        "discover",
        "extractors",
        "fix",
        "fixes",
        "output",
        "project",
        "samples",
        "server",
        "since",
        "workers",
        "workspace",
    }
    | {"__init__"},
    "flake8_plugin": LOWER | {"discover", "project", "__init__"},
    "server": LOWER | {"baseline", "discover", "extractors", "project", "__init__"},
    "__main__": {"cli"},
    "__init__": set(),
    **dict.fromkeys(FOUNDATION, FOUNDATION),
    **dict.fromkeys(KNOWLEDGE, LOWER),
}
# Where each package that is not of the standard library may be imported.
THIRD_PARTY = {
    "libcst": "languages/python/",
    "tree_sitter": ("languages/typescript/", "languages/terraform/"),
    "tree_sitter_hcl": "languages/terraform/",
    "tree_sitter_javascript": "languages/typescript/",
    "tree_sitter_typescript": "languages/typescript/",
    "distributed": "cluster.py",
    "lsprotocol": "server/",
    "pygls": "server/",
    "flake8": "flake8_plugin.py",
    "click": "cli/",
    "yaml": ("schema.py", "languages/documents.py"),
    "tomli": "config.py",
    "typing_extensions": "frozen.py",
}

MODULES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))


def tree(module: str) -> ast.Module:
    return ast.parse((PACKAGE / module).read_text(encoding="utf-8"))


def imports(module: str) -> set[str]:
    """The dotted names that a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively"
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
    return names


def room(dotted: str) -> str:
    """``llmlint.link.reach.ReachIndex`` is of the room ``link``, ``llmlint.__version__`` of the package itself."""
    name = dotted.split(".")[1]
    return name if (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").is_file() else "__init__"


@pytest.mark.parametrize("module", MODULES)
def test_imports_of_llmlint(module: str) -> None:
    own = module.split("/")[0].removesuffix(".py")
    used = {room(name) for name in imports(module) if name.startswith("llmlint.")}
    assert used - {own} <= MAY_IMPORT[own]


@pytest.mark.parametrize("module", MODULES)
def test_imports_of_others(module: str) -> None:
    outside = {name.split(".")[0] for name in imports(module)} - sys.stdlib_module_names - {"llmlint", "tomllib"}
    assert {name for name in outside if not module.startswith(THIRD_PARTY[name])} == set()


def test_no_language_knows_another() -> None:
    languages = {path.name for path in (PACKAGE / "languages").iterdir() if path.is_dir() and path.name[0] != "_"}
    for module in MODULES:
        for language in languages:
            if module.startswith("languages/") and not module.startswith(f"languages/{language}/"):
                assert not any(name.startswith(f"llmlint.languages.{language}") for name in imports(module))


def test_every_exception_is_caught_in_one_place() -> None:
    """So that a defect of a rule costs that rule on that file. A panic of the parser is no Exception; what else is
    caught has a name."""
    caught = [
        (module, ast.unparse(node.type) if node.type else "everything")
        for module in MODULES
        for node in ast.walk(tree(module))
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or {"Exception", "BaseException"} & {n.id for n in ast.walk(node.type) if hasattr(n, "id")}
        )
    ]
    assert caught == [
        ("failures.py", "Exception"),
        ("languages/python/__init__.py", "BaseException"),
        ("store.py", "Exception"),
    ]


# -- what is loaded -------------------------------------------------------------------------------------------


def loaded(folder: Path, *arguments: str) -> set[str]:
    """The modules that a command loads."""
    done = spawn(*arguments, cwd=folder, PYTHONPROFILEIMPORTTIME="1")
    names = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert "llmlint.cli" in names
    return names


def test_version_loads_the_command_line_alone(tmp_path: Path) -> None:
    names = loaded(tmp_path, "--version")
    assert not names & {"libcst", "yaml", "llmlint.catalog", "llmlint.project"}


def test_files_without_an_sdk_load_no_parser(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": "import json\nprint(json.dumps({}))\n", "lib/__init__.py": ""})
    for paths in ([], ["app.py"]):
        names = loaded(tmp_path, "check", *paths)
        assert "llmlint.project" in names
        assert not names & {"libcst", "yaml", "llmlint.facts", "llmlint.link", "llmlint.checking", "concurrent.futures"}


def test_texts_without_a_key_load_no_formats(tmp_path: Path) -> None:
    texts = {"README.md": "# Use\n", ".env": "OPENAI_API_KEY=\n", "a.json": "{}", "i.html": "<script>1</script>"}
    workflow = "on: push\njobs:\n  a:\n    steps:\n      - run: pytest\n"
    write(tmp_path, {**texts, ".github/workflows/ci.yml": workflow, "a.swift": "import SwiftUI\n"})
    names = loaded(tmp_path, "check")
    assert "llmlint.keys" in names
    assert not names & {"libcst", "yaml", "tree_sitter", "llmlint.facts", "llmlint.link", "llmlint.checking"}


@pytest.mark.parametrize(
    ("files", "parser", "other"),
    [
        ({"app.py": CALL, "page.js": "export const a = 1;"}, "libcst", "tree_sitter"),
        ({"app.ts": 'import OpenAI from "openai";\nnew OpenAI();', "page.py": "a = 1\n"}, "tree_sitter", "libcst"),
    ],
    ids=["Python", "TypeScript"],
)
def test_a_file_with_an_sdk_loads_its_parser(files: dict[str, str], parser: str, other: str, tmp_path: Path) -> None:
    write(tmp_path, files)
    names = loaded(tmp_path, "check")
    assert parser in names
    assert other not in names
