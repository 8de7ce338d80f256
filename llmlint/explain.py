"""The text of ``llmlint explain``: a rule's metadata for people to read, on a terminal or on a page."""

from __future__ import annotations

import textwrap

from llmlint.catalog import Catalog, Incident, Rule
from llmlint.errors import ConfigError
from llmlint.schema import nearest

_WIDTH = 100


def find_rule(word: str, catalog: Catalog) -> Rule:
    """A rule by its code or name. Raises ConfigError with the nearest one."""
    for rule in catalog.rules.values():
        if word.upper() == rule.code or word.lower() == rule.name:
            return rule
    known = [*catalog.rules, *(rule.name for rule in catalog.rules.values())]
    raise ConfigError("", f"there is no rule {word!r}{nearest(word, known)}")


def explanation(rule: Rule, catalog: Catalog) -> str:
    parts = [
        f"{rule.code} {rule.name} ({rule.severity}{', opt-in' if rule.is_opt_in else ''})",
        _paragraph(rule.summary),
        "Why",
        _paragraph(rule.why),
    ]
    for number in rule.incidents:
        incident = catalog.incidents.get(number)
        if incident is not None:
            parts.append(_incident(incident))
    parts += ["What to do", *(_paragraph(f"- {text}") for text in dict.fromkeys(map(_readable, rule.fix.values())))]
    parts += ["What --fix does", _paragraph(rule.edits or "Nothing: no edit is right wherever this is found.")]
    for name, option in rule.options.items():
        parts += ["Option", _paragraph(f"{name} (default {option.default}): {option.help}")]
    for example in rule.examples:
        parts += [f"Example: {example.title}", "Risky:", _code(example.risky), "Safe:", _code(example.safe)]
    return "\n\n".join(parts) + "\n"


def page(rule: Rule, catalog: Catalog) -> str:
    """The same as Markdown, for the pages of other tools."""
    parts = [rule.summary, " ".join(rule.why.split())]
    for number in rule.incidents:
        incident = catalog.incidents.get(number)
        if incident is not None:
            parts.append(f"**Incident {incident.id}**: {incident.line}.")
    fixes = (text.replace("{reasoning}", "").replace("{", "`").replace("}", "`") for text in rule.fix.values())
    parts.append("**What to do**\n\n" + "\n".join(f"- {text}" for text in dict.fromkeys(fixes)))
    for name, option in rule.options.items():
        parts.append(f"**Option** `{name}` (default {option.default}): {' '.join(option.help.split())}")
    for example in rule.examples[:1]:
        risky, safe = (f"```{example.language}\n{code.rstrip()}\n```" for code in (example.risky, example.safe))
        parts += [f"**Risky**\n\n{risky}", f"**Safe**\n\n{safe}"]
    return "\n\n".join(parts) + "\n"


def _readable(template: str) -> str:
    """A template with its place-holders named: ``Pass <parameter> ...``."""
    return template.replace("{reasoning}", ", plus the reasoning budget").replace("{", "<").replace("}", ">")


def _incident(incident: Incident) -> str:
    figures = [_paragraph(f"- {what}: {value}") for what, value in incident.figures]
    head = f"Incident {incident.id}: {incident.title}{f' ({incident.date})' if incident.date else ''}"
    doubts = [_paragraph(f"- {text}") for text in incident.contradictions]
    told = ["  What does not add up there:", *doubts] if doubts else []
    return "\n".join([head, _paragraph(incident.happened), *figures, *told])


def _paragraph(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), _WIDTH, initial_indent="  ", subsequent_indent="  ")


def _code(code: str) -> str:
    return textwrap.indent(code.rstrip(), "    ")
