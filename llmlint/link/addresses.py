"""Where requests made by hand may go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice, product
from urllib.parse import urljoin

from llmlint.facts import FileFacts
from llmlint.link.meanings import MAX_MEANINGS, Constant, External, Located, Meaning
from llmlint.link.resolver import Resolver
from llmlint.model_calls import Site
from llmlint.operations import Operation, Option
from llmlint.values import Operation as OperationValue
from llmlint.values import Value

_NO_CAP = Option()


class Addresses:
    """Spells addresses out, with ``*`` for the parts that the code does not show."""

    def __init__(self, resolver: Resolver) -> None:
        self.resolver = resolver

    def requested(self, request: External, site: Site) -> Operation | None:
        """What a call of a function that sends requests asks for. None where it only fetches something, and where its
        addresses are of no provider, or of several that want it told in other words: only one of these is meant."""
        endpoints = self.resolver.apis.endpoints.get(request.path, ())
        if endpoints and not self._may_post(site, endpoints[0].position):
            return None
        addresses = self._of_request(site, endpoints[0].position, request.chain) if endpoints else ()
        found = [
            next((endpoint.operation for endpoint in endpoints if endpoint.address.fullmatch(address)), None)
            for address in addresses
        ]
        known = [operation for operation in found if operation is not None]
        forms = {(operation.kind, operation.options.get("cap", _NO_CAP).required) for operation in known}
        return known[0] if len(forms) == 1 else None

    def _may_post(self, site: Site, position: int) -> bool:
        """Whether a request may be a POST; its method stands in an option, or before the address."""
        methods = [argument.value for _, argument in site.arguments if argument.name == "method"]
        if not methods and position > 0:
            methods = [argument.value for _, argument in site.arguments if argument.name is None][:position]
        found = {
            meaning.value.upper() if isinstance(meaning, Constant) and isinstance(meaning.value, str) else "POST"
            for method in methods
            for meaning in self.resolver.meanings(site.facts, method)
        }
        return not found or "POST" in found

    def _of_request(self, site: Site, position: int, chain: Sequence[Site | None]) -> list[str]:
        """The addresses of a request that takes its own at ``position``; ``chain``: the calls that built its client."""
        positional = [argument for _, argument in site.arguments if argument.name is None and not argument.stars]
        given = [argument for _, argument in site.arguments if argument.name == "url"] or positional[position:]
        addresses = self._spellings(site.facts, given[0].value) if given else []
        maker = chain[0] if chain else None
        bases = [a.value for _, a in maker.arguments if a.name == "base_url"] if maker is not None else []
        if maker is None or not bases:
            return addresses
        return [
            address if "://" in address else f"{base.rstrip('/')}/{address.lstrip('/')}"
            for base in self._spellings(maker.facts, bases[0])
            for address in addresses
        ]

    def _spellings(self, facts: FileFacts, value: Value, depth: int = 0) -> list[str]:
        """The texts that an address may be."""
        found: dict[str, None] = {}
        for meaning in self.resolver.meanings(facts, value) if depth < 5 else ():
            found.update(dict.fromkeys(self._spellings_of(meaning, depth + 1)))
            self.resolver.ask_for(meaning)
        return list(found)[:MAX_MEANINGS] or ["*"]

    def _spellings_of(self, meaning: Meaning, depth: int) -> Iterable[str]:
        if isinstance(meaning, Constant) and isinstance(meaning.value, str):
            return [meaning.value]
        if isinstance(meaning, Located) and isinstance(meaning.value, OperationValue):
            if meaning.value.operator == "format":
                parts = [self._spellings(meaning.facts, part, depth) for part in meaning.value.operands]
                return ("".join(whole) for whole in islice(product(*parts), MAX_MEANINGS))
        maker = meaning.chain[-1] if isinstance(meaning, External) and meaning.chain else None
        if isinstance(meaning, External) and maker is not None:
            arguments = [argument.value for _, argument in maker.arguments]
            if meaning.path in ("os.getenv()", "os.environ.get()") and len(arguments) > 1:
                return self._spellings(maker.facts, arguments[1], depth)
            if meaning.path == "urllib.parse.urljoin()" and len(arguments) > 1:
                parts = [self._spellings(maker.facts, part, depth) for part in arguments[:2]]
                return (urljoin(base, path) for base, path in islice(product(*parts), MAX_MEANINGS))
        return ["*"]
