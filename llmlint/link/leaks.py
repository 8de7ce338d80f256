"""What programs do with keys: write them out, put them where others read them, and let tests spend them."""

from __future__ import annotations

from collections.abc import Mapping

from llmlint.facts import FileFacts
from llmlint.keys import Keys
from llmlint.link.browsers import Browsers
from llmlint.link.calls import CallGraph
from llmlint.link.live_tests import LiveTests
from llmlint.link.reach import ReachIndex
from llmlint.link.resolver import Resolver
from llmlint.link.secrets import SecretFinder
from llmlint.linked import LinkedFile


class LeakFinder:
    def __init__(
        self, files: Mapping[str, FileFacts], resolver: Resolver, graph: CallGraph, reach: ReachIndex, keys: Keys
    ) -> None:
        self.secrets = SecretFinder(resolver, graph, reach, keys)
        self.browsers = Browsers(files, resolver.modules, self.secrets)
        self.live = LiveTests(resolver, resolver.libraries, reach, keys.parameters)

    def note(self, file: LinkedFile) -> None:
        """Tell a file what is in it."""
        file.given_keys.extend(self.secrets.given(file.model_calls))
        file.exposures.extend(self.secrets.exposures(file.facts))
        file.exposures.extend(self.browsers.exposures(file.model_calls))
        file.live_tests.extend(self.live.of_file(file.facts))
