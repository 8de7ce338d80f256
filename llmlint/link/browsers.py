"""Server or browser, over the whole project: what a page or an app imports is shipped with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from llmlint.facts import FileFacts
from llmlint.leaks import Exposure
from llmlint.link.bundles import bundled_for
from llmlint.link.secrets import SecretFinder
from llmlint.model_calls import ModelCall
from llmlint.modules import Modules
from llmlint.scripts import is_script
from llmlint.values import Literal

_SHIPPED = ("browser", "app")
_CONSENT = "dangerouslyAllowBrowser"
# Pages whose requests are found in their text, where a template may write the key.
_TEMPLATES = (".html", ".htm")


class Browsers:
    """Finds clients and requests that carry a key in code that is shipped."""

    def __init__(self, files: Mapping[str, FileFacts], modules: Modules, secrets: SecretFinder) -> None:
        self.secrets = secrets
        self.modules = modules
        self.runs_in = {path: facts.runs_in for path, facts in files.items() if facts.runs_in}
        waiting = [path for path, where in self.runs_in.items() if where in _SHIPPED]
        while waiting:
            path = waiting.pop()
            for imported in files[path].imports:
                other = modules.resolve(path, imported.module)
                if other is not None and other in files and other not in self.runs_in:
                    self.runs_in[other] = self.runs_in[path]
                    waiting.append(other)

    def exposures(self, calls: Iterable[ModelCall]) -> Iterator[Exposure]:
        for call in calls:
            path = call.site.facts.path
            where, consent = self.runs_in.get(path) or self._bundled(call), self._consent(call)
            if where == "server" or (consent is None and where not in _SHIPPED) or call.is_local:
                continue
            name = "" if call.operation.sdk == "http" and path.endswith(_TEMPLATES) else self.secrets.key_of(call)
            if name and consent is not None:
                yield Exposure("consent", call.site.argument(consent), name, True)
            elif name and not self.secrets.keys.exposed.match(name.encode()):
                yield Exposure(where, call.site.callee, name, True)

    def _bundled(self, call: ModelCall) -> str:
        """Where the package that a script belongs to is run, for a script which does not tell by itself."""
        path = call.site.facts.path
        return bundled_for(path, *self.modules.package_of(path)) if is_script(path) else ""

    @staticmethod
    def _consent(call: ModelCall) -> int | None:
        """The argument that lets a client run in a browser."""
        for number, argument in call.site.arguments:
            if argument.name == _CONSENT and argument.value == Literal(True):
                return number
        return None
