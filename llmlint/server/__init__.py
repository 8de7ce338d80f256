"""``llmlint server``: a language server for editors, on pygls, which is imported nowhere else."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer
from pygls.uris import from_fs_path, to_fs_path
from pygls.workspace import PositionCodec

from llmlint import __version__
from llmlint.discover import language_of
from llmlint.errors import LlmlintError
from llmlint.findings import Edit, Finding, Location, Severity
from llmlint.server.edits import explanation, suppression
from llmlint.server.index import CONFIGURATIONS, Index

_SEVERITIES = {
    Severity.ERROR: lsp.DiagnosticSeverity.Error,
    Severity.WARNING: lsp.DiagnosticSeverity.Warning,
    Severity.INFO: lsp.DiagnosticSeverity.Information,
}
# Seconds without a keystroke after which a text is worth a look.
_PAUSE = 0.3
# Deeply nested programs take it; what a thread has unasked differs between systems.
_STACK = 64 * 1024 * 1024


class Server(LanguageServer):
    """Keeps one index a project, and the findings in each open document."""

    def __init__(self, pause: float = _PAUSE) -> None:
        super().__init__("llmlint", __version__)
        self._pause = pause
        self._indexes: list[Index] = []
        self._found: dict[str, tuple[int | None, list[Finding]]] = {}
        self._waiting: dict[int, asyncio.Task[None]] = {}
        # Why projects could not be opened: told once, and not with every keystroke.
        self._refusals: set[str] = set()
        before = threading.stack_size(_STACK)
        self._checker = ThreadPoolExecutor(1, "llmlint")
        self._checker.submit(int).result()
        threading.stack_size(before)

    # -- documents --------------------------------------------------------------------------------------------

    def take(self, uri: str) -> None:
        """Take in a text as the editor holds it now."""
        index = self._index(uri)
        path = _path(uri)
        if index is not None and path is not None:
            index.texts[index.name(path)] = self.workspace.get_text_document(uri).source
            self._check_soon(index)

    def drop(self, uri: str) -> None:
        """Forget a text that the editor has closed."""
        index, path = self._index(uri), _path(uri)
        if index is not None and path is not None:
            index.texts.pop(index.name(path), None)
        self._found.pop(uri, None)
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, []))

    def reload(self, paths: Iterable[Path]) -> None:
        """See what files there are, and read configurations that have changed anew."""
        if any(path.name in CONFIGURATIONS for path in paths):
            for waiting in self._waiting.values():
                waiting.cancel()
            self._indexes.clear()
            self._refusals.clear()
            for uri in list(self.workspace.text_documents):
                self.take(uri)
        for index in self._indexes:
            index.refresh()
            self._check_soon(index)

    def _index(self, uri: str) -> Index | None:
        """The index of the project that a document belongs to; None where there can't be one."""
        path = _path(uri)
        if path is None:
            return None
        known = next((index for index in self._indexes if index.covers(path)), None)
        if known is not None:
            return known
        try:
            index = Index(path.parent)
        except LlmlintError as error:
            self._refuse(f"llmlint: {error}")
            return None
        self._indexes.append(index)
        return index

    def _refuse(self, reason: str) -> None:
        if reason not in self._refusals:
            self._refusals.add(reason)
            self.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Error, reason))

    # -- diagnostics ------------------------------------------------------------------------------------------

    def _check_soon(self, index: Index) -> None:
        """Check a project once nobody has typed for a moment."""
        waiting = self._waiting.pop(id(index), None)
        if waiting is not None:
            waiting.cancel()
        self._waiting[id(index)] = asyncio.ensure_future(self._check(index))

    async def _check(self, index: Index) -> None:
        await asyncio.sleep(self._pause)
        versions = {uri: document.version for uri, document in self.workspace.text_documents.items()}
        found = await asyncio.get_running_loop().run_in_executor(self._checker, index.check)
        for name, findings in found.items():
            uri = self._uri(index, name)
            if uri in versions and self.workspace.text_documents[uri].version == versions[uri]:
                self._found[uri] = (versions[uri], findings)
                diagnostics = [self._diagnostic(index, finding) for finding in findings]
                self.text_document_publish_diagnostics(
                    lsp.PublishDiagnosticsParams(uri, diagnostics, version=versions[uri])
                )

    def _uri(self, index: Index, name: str) -> str:
        """What the editor calls a file."""
        path = index.root / name
        return next((uri for uri in self.workspace.text_documents if _path(uri) == path), from_fs_path(str(path)) or "")

    def _diagnostic(self, index: Index, finding: Finding) -> lsp.Diagnostic:
        return lsp.Diagnostic(
            self._range(index, finding.location),
            f"{finding.message}\n{finding.fix}",
            severity=_SEVERITIES[finding.severity],
            code=finding.code,
            source="llmlint",
            related_information=[
                lsp.DiagnosticRelatedInformation(
                    lsp.Location(self._uri(index, other.location.path), self._range(index, other.location)),
                    other.message,
                )
                for other in finding.related
            ],
        )

    def _range(self, index: Index, place: Location) -> lsp.Range:
        """A place in the units that the editor counts columns in."""
        quotes, codec = index.quotes, self.workspace.position_codec
        first, last = (quotes.line(place, number) or "" for number in (place.line, place.end_line))
        return lsp.Range(
            _position(codec, first, place.line, place.column), _position(codec, last, place.end_line, place.end_column)
        )

    # -- what to do about it ----------------------------------------------------------------------------------

    def at(self, uri: str, wanted: lsp.Range) -> list[Finding]:
        """The findings that a range touches; none while the text is another one than that which was checked."""
        index = self._index(uri)
        version, found = self._found.get(uri, (None, []))
        if index is None or version != self.workspace.get_text_document(uri).version:
            return []
        return [finding for finding in found if _touch(self._range(index, finding.location), wanted)]

    def hover(self, uri: str, position: lsp.Position) -> lsp.Hover | None:
        index = self._index(uri)
        found = self.at(uri, lsp.Range(position, position))
        if not found or index is None:
            return None
        text = "\n\n---\n\n".join(explanation(finding, index.catalog) for finding in found)
        return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, text), self._range(index, found[0].location))

    def actions(self, uri: str, wanted: lsp.Range) -> list[lsp.CodeAction]:
        index = self._index(uri)
        if index is None:
            return []
        text = self.workspace.get_text_document(uri).source
        actions = []
        for finding in self.at(uri, wanted):
            repair = finding.repair
            if repair is not None:
                title = f"llmlint: mend {finding.code}{'' if repair.is_safe else ', to be looked at'}"
                actions.append(self._action(index, uri, finding, title, repair.edits, is_preferred=repair.is_safe))
            comment = suppression(finding, text)
            if comment is not None:
                title = f"llmlint: ignore {finding.code} here"
                actions.append(self._action(index, uri, finding, title, [comment]))
        return actions

    def _action(
        self, index: Index, uri: str, finding: Finding, title: str, edits: Sequence[Edit], *, is_preferred: bool = False
    ) -> lsp.CodeAction:
        changes = [lsp.TextEdit(self._range(index, edit.location), edit.text) for edit in edits]
        return lsp.CodeAction(
            title,
            kind=lsp.CodeActionKind.QuickFix,
            diagnostics=[self._diagnostic(index, finding)],
            edit=lsp.WorkspaceEdit(changes={uri: changes}),
            is_preferred=is_preferred,
        )


def serve(pause: float = _PAUSE) -> None:
    """Talk to an editor over standard input and output until it says goodbye."""
    # pygls closes what it is given.
    with os.fdopen(os.dup(0), "rb") as stdin, os.fdopen(os.dup(1), "wb") as stdout:
        make(pause).start_io(stdin, stdout)


def make(pause: float = _PAUSE) -> Server:
    """A server that answers what editors ask it."""
    server = Server(pause)

    def opened(parameters: lsp.DidOpenTextDocumentParams | lsp.DidChangeTextDocumentParams) -> None:
        server.take(parameters.text_document.uri)

    def saved(parameters: lsp.DidSaveTextDocumentParams) -> None:
        server.reload(filter(None, [_path(parameters.text_document.uri)]))

    def closed(parameters: lsp.DidCloseTextDocumentParams) -> None:
        server.drop(parameters.text_document.uri)

    def watched(parameters: lsp.DidChangeWatchedFilesParams) -> None:
        server.reload(filter(None, (_path(change.uri) for change in parameters.changes)))

    def hovered(parameters: lsp.HoverParams) -> lsp.Hover | None:
        return server.hover(parameters.text_document.uri, parameters.position)

    def asked(parameters: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        return server.actions(parameters.text_document.uri, parameters.range)

    server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)(opened)
    server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)(opened)
    server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)(saved)
    server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)(closed)
    server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)(watched)
    server.feature(lsp.TEXT_DOCUMENT_HOVER)(hovered)
    kinds = lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix])
    server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, kinds)(asked)
    return server


def _path(uri: str) -> Path | None:
    """The file that a document is; None for what is none, such as a cell of a notebook, and for the JSON of one."""
    path = to_fs_path(uri) if uri.startswith("file:") else None
    return Path(path) if path and language_of(path) != "notebook" else None


def _position(codec: PositionCodec, line: str, number: int, column: int) -> lsp.Position:
    return lsp.Position(number - 1, codec.client_num_units(line[: column - 1]))


def _touch(one: lsp.Range, other: lsp.Range) -> bool:
    return (one.start.line, one.start.character) <= (other.end.line, other.end.character) and (
        other.start.line,
        other.start.character,
    ) <= (one.end.line, one.end.character)
