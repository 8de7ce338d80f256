"""LLM301: which texts are keys, and which only look like one."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from command import check, run, write
from samples import assembled, formats, key_of
from support import CATALOG

OPENAI = key_of("OpenAI")
FORMATS = list(formats())
# Where a sample of any format has to be found: as a value, in a call, a document, a page, a shell, escaped in JSON.
PLACES = [
    "{name}={key}",
    "export {name}={key}",
    '{name} = "{key}"',
    "{name}: '{key}'",
    '  "{name}": "{key}",',
    'os.environ["{name}"] = "{key}"',
    "ENV {name}={key}",
    '{name} := "{key}"',
    'let {name} = "{key}";',
    "<string name='{name}'>{key}</string>",
    '{{"{name}":"{key}"}}',
    "os.getenv('{name}', '{key}')",
    "- name: {name}\r\n  {name}: {key}\r\n",
    "{name} => '{key}'",
    "- name: {name}\n  value: {key}\n",
    '{{"name": "{name}", "value": "{key}"}}',
    'variable "{name}" {{\n  type = string\n  default = "{key}"\n}}',
]
MARKED = [
    "{key}",
    "Bearer {key}",
    "x('{key}')",
    "`{key}`",
    "https://a/?key={key}&b",
    '"a\\n{key}\\n"',
    "%20{key}",
    "({key})",
]


def name_for(provider: str) -> str:
    entry = next(entry for entry in CATALOG.keys.providers if entry["provider"] == provider)
    return str(entry["names"][0] if entry.get("names") else f"{entry['words'][0]}_api_key".upper())


def found(folder: Path, text: str, name: str = "notes.txt") -> list[tuple[str, int, str]]:
    write(folder, {name: text})
    return check(folder, "--select", "LLM301").findings


@pytest.mark.parametrize(("provider", "form"), FORMATS, ids=[f"{p}-{f['pattern'][:20]}" for p, f in FORMATS])
def test_samples(tmp_path: Path, provider: str, form: dict[str, Any]) -> None:
    """Every sample of a format is found in every place; a mark of the provider makes it a key without a name."""
    word = form.get("beside", [""])[0]
    for sample in form["samples"]:
        for seed in range(5):
            key, name = assembled(sample, seed), name_for(provider)
            places = PLACES if form.get("assigned") else PLACES + MARKED
            lines = [place.format(name=name, key=key) for place in places]
            data = f"\n{' ' * 500}\n".join(f"{line}  {word}" for line in lines).encode()
            keys = CATALOG.keys.find(data)
            assert [key.provider for key in keys] == [provider] * len(lines)
            assert {data[found.start : found.end].decode() for found in keys} == {key}


@pytest.mark.parametrize(("provider", "form"), FORMATS, ids=[f"{p}-{f['pattern'][:20]}" for p, f in FORMATS])
def test_a_key_beside_one_of_each_format(provider: str, form: dict[str, Any]) -> None:
    def line(owner: str, shape: Mapping[str, Any]) -> str:
        return f'{name_for(owner)} = "{assembled(shape["samples"][0])}"  # {shape.get("beside", [""])[0]}\n'

    for other, shape in FORMATS:
        data = (line(provider, form) + line(other, shape)).encode()
        assert [key.provider for key in CATALOG.keys.find(data)] == [provider, other]


@pytest.mark.parametrize(("provider", "form"), FORMATS, ids=[f"{p}-{f['pattern'][:20]}" for p, f in FORMATS])
def test_lookalikes(tmp_path: Path, provider: str, form: dict[str, Any]) -> None:
    for lookalike in form["lookalikes"]:
        assert CATALOG.keys.find(f"x = '{assembled(lookalike)}'".encode()) == []


@pytest.mark.parametrize(("provider", "form"), FORMATS, ids=[f"{p}-{f['pattern'][:20]}" for p, f in FORMATS])
def test_placeholders_in_the_form_of_a_key(tmp_path: Path, provider: str, form: dict[str, Any]) -> None:
    """The same form, filled with one letter, a row of the alphabet, or words."""
    for sample in form["samples"]:
        key = assembled(sample)
        prefix = max((p for p in form.get("prefixes", ()) if key.startswith(p)), key=len, default="")
        size = len(key) - len(prefix)
        for body in ("x", "0", "abcdefghijklmnopqrstuvwxyz", "1234567890", "your-key-here-", "EXAMPLE", "abc123"):
            made_up = prefix + (body * size)[:size]
            assert CATALOG.keys.find(f"{name_for(provider)} = '{made_up}'".encode()) == []


@pytest.mark.parametrize(
    "text",
    [
        "OPENAI_API_KEY=sk-...",
        "OPENAI_API_KEY=<your key>",
        'return (host, os.environ["ANTHROPIC_API_KEY"], "claude-haiku-4-5-20251001")',
        'return (host, os.getenv("ANTHROPIC_API_KEY"), "claude-haiku-4-5-20251001")',
        "OPENAI_API_KEY=",
        "OPENAI_API_KEY=${OPENAI_API_KEY}",
        "OPENAI_API_KEY=your-openai-api-key-123456789",
        "OPENAI_API_KEY=sk-your-key-here-0123456789",
        'openai_api_key = "sk-test-1234567890abcdef1234567890abcdef"',
        'api_key = "{hex:32}"',
        "mistral_sha256 = '{hex:64}'",
        "commit {hex:40}",
        "integrity: sha512-{base64:86}==",
        "openai_key_id: '{alnum:32}'",
        "cohere==5.0.0 --hash=sha256:{hex:64}",
        "OPENAI_API_KEY: settings.openai_api_key_2024_11_20",
        'OPENAI_API_KEY = get("projects/123456789012/secrets/openai-key-20241120/versions/1")',
        "ANTHROPIC_API_KEY=op://vault-2024/anthropic-key-20241120/credential",
        "OPENAI_API_KEY=op_read_20241120_prod_x1",
        "openai_token: kv-prod-openai-api-key-20241120",
        "openai_api_key=openai-key-for-customer-2024-11-20",
        '"cohere_model_token": "command-r-plus-08-2024-v1"',
        "sk_live_{alnum:24}",
        "pk_live_{alnum:48}",
        "- name: MISTRAL_API_KEY\n  value: x\n- name: OTHER\n  value: {alnum:32}",
        "resource: {{ name: MISTRAL_API_KEY }}\nvalue: {alnum:32}",
        "SUPABASE_ANON_KEY=eyJhbGciOiJIUzI1NiJ9.{alnum:60}.{alnum:43}",
        "together we are {hex:64}",
        "firebaseConfig = {{ apiKey: 'AIza{alnum:35}', authDomain: 'a.firebaseapp.com' }}",
        "https://maps.googleapis.com/maps/api/js?key=AIza{alnum:35}",
        "GOOGLE_MAPS_API_KEY=AIza{alnum:35}",
        "AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE",
        "id: 123e4567-e89b-12d3-a456-426614174000",
        "x = 'hf_hub_download_files_in_order'",
        "OPENAI_API_KEY={alnum:40} # gitleaks:allow",
        "OPENAI_API_KEY={alnum:40} # pragma: allowlist secret",
    ],
)
def test_no_key(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, assembled(text).replace("{{", "{").replace("}}", "}")) == []


def test_examples_that_their_owner_published(tmp_path: Path) -> None:
    published = "AIzaSyAnLA7NfeLquW1tJ" + "Fpx_eQCxoX-oo6YyIs"
    assert found(tmp_path, f"key = '{published}'\n") == []
    assert found(tmp_path, f"key = '{published[:-1]}z'\n") == [("notes.txt", 1, "LLM301")]


def test_a_documents_own_example(tmp_path: Path) -> None:
    """What the public rule sets name as true samples, though a person typed them."""
    typed = "abc123xyz-456def789ghij-klmnopqrstuvwx-3456yza789bcde-1234fghijklmnopby56aaaogaopaaaabc123xyz"
    assert found(tmp_path, f"sk-ant-api03-{typed}AA") == [("notes.txt", 1, "LLM301")]


@pytest.mark.parametrize("name", ["API_KEY", "Client(token", "deepgram_api_key", "VOYAGE_API_KEY", "fal_key"])
def test_keys_without_a_form_of_their_own(tmp_path: Path, name: str) -> None:
    """The name says whose key it is; one that could be anybody's says nothing."""
    expected = [] if name in ("API_KEY", "Client(token") else [("notes.txt", 1, "LLM301")]
    assert found(tmp_path, f'{name}="{assembled("{alnum:40}")}"') == expected


# -- files ----------------------------------------------------------------------------------------------------

FILES = [
    ".env",
    ".env.local",
    ".env.production",
    "docker-compose.yml",
    "Dockerfile",
    ".github/workflows/ci.yml",
    "main.tf",
    "prod.tfvars",
    "chart/values.yaml",
    "deploy.sh",
    "README.md",
    "config.json",
    "pyproject.toml",
    "app.ini",
    "App.swift",
    "Main.kt",
    "Main.java",
    "main.go",
    "lib/main.dart",
    "src/app.ts",
    "src/app.jsx",
    "index.html",
    "App.vue",
    "a.rs",
    "notes",
    "a.py",
    "tests/test_a.py",
    ".gitlab-ci.yml",
    "Makefile",
    "a.properties",
    "a.rb",
    "a.php",
    "nb.Rmd",
    "a.csv",
]


@pytest.mark.parametrize("name", FILES)
def test_every_text_file_is_read(tmp_path: Path, name: str) -> None:
    text = f"# the key\n# '{OPENAI}'\n"
    assert found(tmp_path, text, name) == [(name, 2, "LLM301")]
    assert check(tmp_path, "--select", "LLM301", name).findings == [(name, 2, "LLM301")]


def test_a_program_that_cannot_be_parsed(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": f"x = = '{OPENAI}'\n", "b.ipynb": f"{{ '{OPENAI}'"})
    assert sorted(check(tmp_path).findings) == [
        ("a.py", 1, "LLM000"),
        ("a.py", 1, "LLM301"),
        ("b.ipynb", 1, "LLM000"),
        ("b.ipynb", 1, "LLM301"),
    ]


def test_places(tmp_path: Path) -> None:
    """Lines and columns count characters, whatever the encoding."""
    line = f"é😀 = '{OPENAI}'\n"
    contents = {
        "utf8": line.encode(), "bom": b"\xef\xbb\xbf" + line.encode(), "wide": line.encode("utf-16"),
        "crlf": b"x\r\n\r\n" + line.encode(),
    }  # fmt: skip
    write(tmp_path, contents)
    places = {found["path"]: (found["line"], found["column"]) for found in check(tmp_path).json["findings"]}
    assert places == {"utf8": (1, 7), "bom": (1, 7), "wide": (1, 7), "crlf": (3, 7)}


@pytest.mark.parametrize(
    "content",
    [b"\x89PNG\0" + OPENAI.encode(), b"x" * 5_000_001 + b" " + OPENAI.encode()],
    ids=["binary", "large"],
)
def test_what_is_no_text_is_not_read_and_no_fault(tmp_path: Path, content: bytes) -> None:
    write(tmp_path, {"data": content})
    for path in (".", "data"):
        assert check(tmp_path, path).findings == []


@pytest.mark.parametrize("content", [b"\xff\xfe\xff", b"\xe9 caf\xe9 \xff", b"", b"\n\n", b"\x1b[31m"])
def test_texts_in_no_known_encoding(tmp_path: Path, content: bytes) -> None:
    write(tmp_path, {"data": content, "more": content + b"\n" + OPENAI.encode()})
    assert {path for path, _, _ in check(tmp_path).findings} <= {"more"}


def test_notebooks(tmp_path: Path) -> None:
    cells: list[dict[str, Any]] = [
        {"cell_type": "markdown", "source": ["# Setup\n", f"Use {OPENAI}\n"]},
        {"cell_type": "code", "source": "print(key)", "outputs": [{"output_type": "stream", "text": ["a\n", OPENAI]}]},
        {"cell_type": "code", "source": f"%env OPENAI_API_KEY={OPENAI}", "outputs": []},
        {"cell_type": "code", "source": f"key = '{OPENAI}'  # llmlint: ignore[LLM301]", "outputs": []},
        {
            "cell_type": "code",
            "source": "1",
            "outputs": [{"data": {"image/png": "A" * 90, "text/html": f"<b>{OPENAI}"}}],
        },
    ]
    write(tmp_path, {"a.ipynb": json.dumps({"nbformat": 4, "metadata": {}, "cells": cells})})
    report = check(tmp_path).json["findings"]
    assert [(f["cell"], f["line"], "output" in f["message"]) for f in report] == [
        (0, 2, False),
        (1, 1, True),
        (2, 1, False),
        (4, 1, True),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "KEY={key}  # llmlint: ignore[LLM301]",
        "# llmlint: ignore[LLM301] old\nKEY={key}",
        "let k = '{key}'; // noqa: LLM301",
        "// llmlint: ignore[hardcoded-key]\nlet k = '{key}'",
        "<!-- llmlint: ignore-file[LLM3] -->\n\n<b>{key}</b>",
        "-- llmlint: ignore[LLM301]\n'{key}'",
        "; llmlint: ignore[LLM301]\nk={key}",
    ],
)
def test_suppression_in_any_text(tmp_path: Path, text: str) -> None:
    assert found(tmp_path, text.replace("{key}", OPENAI)) == []


def test_a_directive_that_is_quoted_in_a_document(tmp_path: Path) -> None:
    text = f"`# llmlint: ignore[LLM101]` is for calls.\n\n\n{OPENAI}\n"
    write(tmp_path, {"README.md": text})
    assert check(tmp_path).codes == ["LLM301"]


def test_files_that_nobody_wrote(tmp_path: Path) -> None:
    names = [
        "package-lock.json",
        "yarn.lock",
        "a.min.js",
        "a.js.map",
        "go.sum",
        "node_modules/a/b.js",
        "a.svg",
        "a.png",
    ]
    write(tmp_path, dict.fromkeys(names, OPENAI))
    assert check(tmp_path).findings == []


def test_files_are_counted(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "", ".env": "A=1", "b.md": "", "c.bin": b"", "d": b"\0"})
    assert check(tmp_path).json["summary"]["files"] == 3


# -- speed ----------------------------------------------------------------------------------------------------

MEGABYTE = 1_000_000
HOSTILE = [
    "a" * MEGABYTE,
    "sk-" * (MEGABYTE // 3),
    "sk-proj-" + "a" * MEGABYTE,
    "AIza" * (MEGABYTE // 4),
    "hf_" * (MEGABYTE // 3),
    "OPENAI_API_KEY=" * (MEGABYTE // 15),
    "openai_api_key" + " " * MEGABYTE + "= 1",
    "T3BlbkFJ" * (MEGABYTE // 8),
    ("sk-" + "a1" * 40 + "T3BlbkFJ") * (MEGABYTE // 91),
    ("cohere_key='" + "a1b2" * 12 + "'") * (MEGABYTE // 61),
    "VITE_OPENAI" * (MEGABYTE // 11),
    "# llmlint: " * (MEGABYTE // 11),
    "ABSK" + "a1/+" * (MEGABYTE // 4),
    "\\n" * MEGABYTE,
    "openai." * (MEGABYTE // 7) + "key='",
    "bedrock-api-key-" * (MEGABYTE // 16),
]


@pytest.mark.parametrize("line", HOSTILE, ids=[line[:12] for line in HOSTILE])
def test_a_line_of_a_megabyte(tmp_path: Path, line: str) -> None:
    write(tmp_path, {"a.txt": line, "b.env": line + OPENAI})
    start = time.process_time()
    run("check", "--isolated", cwd=tmp_path)
    assert time.process_time() - start < 5
