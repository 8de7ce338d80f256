"""What the callers of the project's own wrappers pass on: a cap that hangs on them, read for each of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from llmlint.findings import Place
from llmlint.link.addresses import Addresses
from llmlint.link.calls import owner
from llmlint.link.meanings import External, Frame, FunctionMeaning
from llmlint.link.resolver import Resolver
from llmlint.model_calls import ModelCall, Passed, SettingValue, Site
from llmlint.values import Parameter

# How many functions may lie between a model call and the call that decides its setting.
_MAX_FUNCTIONS = 3


class Wrappers:
    """``mocked``: the files whose calls reach no model."""

    def __init__(self, resolver: Resolver, mocked: Collection[str]) -> None:
        self.resolver = resolver
        self.mocked = mocked
        self._addresses = Addresses(resolver)

    def passed(self, call: ModelCall, read: Callable[[], SettingValue]) -> Iterator[Passed]:
        """For each caller of the function in which a model call is made: what ``read`` says of its cap there."""

        def read_where_made() -> SettingValue | None:
            return read() if self._is_made(call) else None

        for place, cap in self._passed(call.site, read_where_made, ()):
            yield Passed(place, call, cap)

    def _passed(
        self, site: Site, read: Callable[[], SettingValue | None], inner: tuple[Frame, ...]
    ) -> Iterator[tuple[Place, SettingValue]]:
        path, function = owner(site)
        for caller in self.resolver.results.callers.get((path, function), ()):
            if caller.facts.path in self.mocked or not self._calls(caller, path, function):
                continue
            entered = (Frame(path, function, caller), *inner)
            setting = self.resolver.inside(entered, read)
            if setting is None:
                continue
            further = list(self._passed(caller, read, entered)) if self._is_open(setting, caller, entered) else []
            yield from further or [(caller.callee, setting)]

    def _calls(self, site: Site, path: str, function: int) -> bool:
        """Whether a call can only be one of a function."""
        callees = self.resolver.results.callees(site)
        return [(m.facts.path, m.index) for m in callees if isinstance(m, FunctionMeaning)] == [(path, function)]

    def _is_made(self, call: ModelCall) -> bool:
        """Whether the callers looked at make this call at all: a function that they hand over may be another one, and
        so may the address of a request."""
        is_request = call.operation.sdk == "http"
        if not is_request and not isinstance(call.site.call.callee, Parameter):
            return True
        callees = self.resolver.results.callees(call.site)
        own = [callee for callee in callees if isinstance(callee, External) and callee.path == call.path]
        # A request may go elsewhere from here.
        asked = (self._addresses.requested(callee, call.site) is call.operation for callee in own)
        return any(asked) if is_request else bool(own)

    def _is_open(self, setting: SettingValue, caller: Site, entered: tuple[Frame, ...]) -> bool:
        is_new = all((frame.path, frame.function) != owner(caller) for frame in entered)
        return setting.state == "unknown" and is_new and len(entered) < _MAX_FUNCTIONS
