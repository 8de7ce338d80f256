"""What sets the pace of loops: a person or an event that each round waits for."""

from __future__ import annotations

from llmlint.facts import FileFacts
from llmlint.libraries import Libraries
from llmlint.link.blocks import is_inside, numbers_inside
from llmlint.link.calls import CallGraph
from llmlint.link.reach import ReachIndex
from llmlint.model_calls import Site


class Pace:
    """Tells which loops wait in each round."""

    def __init__(self, graph: CallGraph, reach: ReachIndex, libraries: Libraries) -> None:
        self.graph = graph
        self.reach = reach
        self.libraries = libraries

    def is_set(self, facts: FileFacts, block: int) -> bool:
        """Whether each round of the loop in a block waits for a person or an event."""
        return any(
            self.graph.is_any_of(Site(facts, index), self.libraries.inputs)
            for index in numbers_inside(facts, facts.calls, block)
        ) or any(
            edge.target in self.reach.waits and is_inside(facts, edge.site.call.block, block)
            for edge in self.graph.edges.get(facts.path, ())
        )
