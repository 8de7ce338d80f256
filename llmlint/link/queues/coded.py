"""The queues that code declares: by calls of an SDK, and with CDK and Pulumi."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from llmlint.link.calls import CallGraph
from llmlint.link.meanings import External
from llmlint.link.queues.arguments import Arguments, Found
from llmlint.link.queues.names import is_address, is_for_dead_letters, name_in
from llmlint.link.resolver import Resolver
from llmlint.model_calls import Site
from llmlint.queues import DeadLetters, Number, Queue, Worker
from llmlint.resources import QueueType, Resources
from llmlint.values import Attribute, Item, Parameter


class CodedQueues:
    """``queues``: each with the call that declares it."""

    def __init__(self, resolver: Resolver, graph: CallGraph, resources: Resources) -> None:
        self.resolver = resolver
        self.graph = graph
        self.resources = resources
        self.queues: dict[Site, Queue] = {}
        self._known: dict[Site, tuple[Arguments, QueueType]] = {}
        self._targets: dict[Site, Site | None] = {}
        for site, paths in graph.external.items():
            if len(paths) == 1 and paths[0] in resources.calls:
                self._declare(site, paths[0], resources.calls[paths[0]])
        if self.queues:
            self._note_dead_letters()
            self._note_failures()
            self._note_policies()
            self._note_workers()

    def _declare(self, site: Site, path: str, known: QueueType) -> None:
        arguments = Arguments(self.resolver, site, known.names)
        if any(arguments.state(place) == "set" for place in known.unless):
            return
        self._known[site] = arguments, known
        names, patterns = arguments.names(known.names)
        self.queues[site] = Queue(
            path,
            known.label,
            known.service,
            site.callee,
            names,
            frozenset(),
            arguments.receives(known),
            arguments.duration(known.deadline) if known.deadline is not None else None,
            self._dead_letters(arguments, known, site),
            any(map(is_for_dead_letters, names)) or any(arguments.state(place) != "absent" for place in known.marks),
            patterns=patterns,
            is_certain=known.is_certain,
            is_named=bool(names) or not known.names,
        )

    # -- dead letters -----------------------------------------------------------------------------------------

    def _dead_letters(self, arguments: Arguments, known: QueueType, site: Site) -> DeadLetters | None:
        later = [found for place in known.receives.policy for found in arguments.later(place)]
        if later:
            self._targets[site] = self._among(later)
            return None
        for place in known.dead_letters:
            found = arguments.find(place)
            if isinstance(found, tuple):
                address = self._address(found)
                if address:
                    return DeadLetters(arguments.place(place), "written", name_in(address))
                target = self._site(found)
                if target is not None or not _is_from_outside(found):
                    self._targets[site] = target
                return DeadLetters(arguments.place(place), "unknown")
        policies = [arguments.find(place) for place in known.receives.policy if arguments.state(place) == "set"]
        if any(isinstance(found, tuple) and not _is_from_outside(found) for found in policies):
            self._targets[site] = None
        return None

    def _among(self, sites: Iterable[Site]) -> Site | None:
        """The first call that declares a queue."""
        declares = self.resources.calls.keys()
        return next((site for site in sites if declares & self.graph.outside(site)), None)

    def _address(self, found: Found) -> str:
        """An address that is written out, by itself or where a call makes a queue of one."""
        text = Arguments.text(self.resolver, found)
        for meaning in self.resolver.meanings(*found):
            if isinstance(meaning, External) and meaning.chain and meaning.chain[-1] is not None:
                place = self.resources.imports.get(meaning.path.removesuffix("()"))
                if place is not None:
                    inner = Arguments(self.resolver, meaning.chain[-1]).find(place)
                    text = Arguments.text(self.resolver, inner) if isinstance(inner, tuple) else ""
        return text if is_address(text) else ""

    def _site(self, found: Found) -> Site | None:
        """The call that made an object, or what an attribute of one belongs to."""
        meanings = self.resolver.meanings(*found)
        made = meanings[0] if len(meanings) == 1 else None
        site = made.chain[-1] if isinstance(made, External) and made.chain else None
        return site.plain if site is not None else None

    def _note_dead_letters(self) -> None:
        """A queue to which another one's dead letters go is one for dead letters; so may be each one beside another
        whose dead letters go who knows where."""
        for site, target in self._targets.items():
            arguments, known = self._known[site]
            if target is not None and target in self.queues:
                self.queues[target].is_dead_letter = True
            elif known.source:
                self._note_subscribers(site, arguments, known)
            elif target is None or self.resources.imports.keys().isdisjoint(self.graph.outside(target)):
                self._excuse(site, known.service)

    def _note_failures(self) -> None:
        """What functions, topics and schedules fail at goes to queues for dead letters, too."""
        for site in self.graph.external:
            arguments = Arguments(self.resolver, site)
            for name in self.resources.failure_arguments:
                found = arguments.find(name)
                for target in self._wrapped(found) if isinstance(found, tuple) else ():
                    if target in self.queues:
                        self.queues[target].is_dead_letter = True

    def _wrapped(self, found: Found) -> Iterator[Site]:
        """The call that made something, and the one that made what that was given: ``SqsDestination(queue)``."""
        made = self._site(found)
        if made is not None:
            yield made
            inner = Arguments(self.resolver, made).find("0")
            held = self._site(inner) if isinstance(inner, tuple) else None
            yield from [held] if held is not None else []

    def _note_subscribers(self, site: Site, arguments: Arguments, known: QueueType) -> None:
        """Of subscriptions, those are for dead letters whose topic is where another one sends them."""
        target = next(filter(None, map(arguments.text_at, known.dead_letters)), "")
        for other, queue in self.queues.items():
            others, type_ = self._known[other]
            if other.facts is site.facts and other != site and type_.source:
                source = others.text_at(type_.source)
                if not target or not source:
                    queue.receives = Number(None, queue.receives.parameter)
                queue.is_dead_letter |= bool(target) and source == target

    def _excuse(self, site: Site, service: str) -> None:
        """Say nothing of how often the queues of a file hand out a message."""
        for other, queue in self.queues.items():
            if other.facts is site.facts and other != site and queue.service == service:
                queue.receives = Number(None, queue.receives.parameter)

    def _note_policies(self) -> None:
        """What sets a policy later may do so for any queue of its file."""
        for site, paths in self.graph.external.items():
            for path in paths:
                if path in self.resources.policy_calls:
                    self._excuse(site, self.resources.policy_calls[path])

    # -- workers ----------------------------------------------------------------------------------------------

    def _note_workers(self) -> None:
        for site, paths in self.graph.external.items():
            for path in paths:
                mapping = self.resources.call_mappings.get(path)
                if mapping is not None:
                    arguments = Arguments(self.resolver, site)
                    queue, function = arguments.find(mapping.queue), arguments.find(mapping.function)
                    if isinstance(queue, tuple) and isinstance(function, tuple):
                        self._feed(self._site(queue), self._site(function))
                if path.rpartition(".")[2] in self.resources.attachments:
                    self._attach(site)

    def _attach(self, site: Site) -> None:
        """``function.add_event_source(SqsEventSource(queue))``."""
        functions = [
            Site(meaning.chain[-1].facts, meaning.chain[-1].index)
            for meaning in self.resolver.results.callees(site)
            if isinstance(meaning, External) and meaning.chain and meaning.chain[-1] is not None
        ]
        for source in self._sources(site):
            for function in functions:
                self._feed(source, function)

    def _sources(self, site: Site) -> Iterator[Site | None]:
        for _, argument in site.arguments:
            for meaning in self.resolver.meanings(site.facts, argument.value):
                maker = meaning.chain[-1] if isinstance(meaning, External) and meaning.chain else None
                if isinstance(meaning, External) and maker is not None:
                    place = self.resources.event_sources.get(meaning.path.removesuffix("()"))
                    found = Arguments(self.resolver, maker).find(place) if place else None
                    if isinstance(found, tuple):
                        yield self._site(found)

    def _feed(self, source: Site | None, function: Site | None) -> None:
        queue = self.queues.get(source) if source is not None else None
        paths = self.graph.outside(function) if function is not None else ()
        for path in paths:
            known = self.resources.call_functions.get(path)
            if queue is not None and function is not None and known is not None and known.timeout is not None:
                arguments = Arguments(self.resolver, function)
                names, _ = arguments.names(known.names)
                name = next(iter(sorted(names)), "the function")
                timeout, handler = arguments.duration(known.timeout), arguments.text_at(known.handler)
                queue.workers.append(Worker(function.callee, name, timeout, handler))


def _is_from_outside(found: Found) -> bool:
    """Whether a value is a caller's to give."""
    value = found[1]
    while isinstance(value, Attribute | Item):
        value = value.base
    return isinstance(value, Parameter)
