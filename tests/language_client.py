"""A client of the Language Server Protocol, on the server's standard input and output."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from command import PACKAGE


class Client:
    """Starts a server for a folder, and talks to it."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "llmlint", "server"]
        self.folder = folder
        pipe, environment = subprocess.PIPE, {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
        self._server = subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
        self._requests = 0
        self._told: list[dict[str, Any]] = []
        self.capabilities = self.request(
            "initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": {}}
        )["capabilities"]
        self.notify("initialized", {})

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.request("shutdown", None)
        self.notify("exit", None)
        assert self._server.wait(timeout=20) == 0
        for stream in (self._server.stdin, self._server.stdout):
            assert stream is not None
            stream.close()

    def uri(self, path: str) -> str:
        return (self.folder / path).as_uri()

    # -- documents --------------------------------------------------------------------------------------------

    def open(self, path: str, text: str) -> list[dict[str, Any]]:
        """Open a document; what is found in it."""
        document = {"uri": self.uri(path), "languageId": "python", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})
        return self.diagnostics(path, 1)

    def change(self, path: str, text: str, version: int) -> list[dict[str, Any]]:
        """Replace the text of a document; what is found in it."""
        document = {"uri": self.uri(path), "version": version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})
        return self.diagnostics(path, version)

    def diagnostics(self, path: str, version: int | None) -> list[dict[str, Any]]:
        """The next diagnostics for a version of a document."""
        while True:
            for told in list(self._told):
                parameters = told.get("params", {})
                if told["method"] == "textDocument/publishDiagnostics" and parameters["uri"] == self.uri(path):
                    self._told.remove(told)
                    if parameters.get("version") == version:
                        found: list[dict[str, Any]] = parameters["diagnostics"]
                        return found
            self._told.append(self._receive())

    def messages(self) -> list[str]:
        """What the server has shown to the user."""
        return [told["params"]["message"] for told in self._told if told["method"] == "window/showMessage"]

    def at(self, method: str, path: str, line: int, column: int) -> Any:
        """Ask for something at a place, counted from 0 in UTF-16 units."""
        place = {"line": line, "character": column}
        parameters = {
            "textDocument": {"uri": self.uri(path)},
            "position": place,
            "range": {"start": place, "end": place},
        }
        return self.request(f"textDocument/{method}", {**parameters, "context": {"diagnostics": []}})

    # -- messages ---------------------------------------------------------------------------------------------

    def request(self, method: str, parameters: Any) -> Any:
        self._requests += 1
        self._send({"id": self._requests, "method": method, "params": parameters})
        while True:
            message = self._receive()
            if message.get("id") == self._requests and "method" not in message:
                assert "error" not in message, message
                return message["result"]
            self._told.append(message)

    def notify(self, method: str, parameters: Any) -> None:
        self._send({"method": method, "params": parameters})

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._server.stdin is not None
        self._server.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))
        self._server.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self._server.stdout is not None
        length = 0
        while (line := self._server.stdout.readline().strip()) != b"":
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        assert length, "the server is gone"
        message: dict[str, Any] = json.loads(self._server.stdout.read(length))
        return message
