"""Whether a package is bundled for a browser or an app as a whole: what its package.json says of that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# What makes an app out of all of a package, and what brings all of its sources to a browser.
_APPS = frozenset({"expo", "react-native"})
_BUNDLERS = frozenset({"react-scripts", "@vue/cli-service", "vite", "parcel"})
_PAGES = frozenset({"react-dom", "vue", "svelte", "solid-js", "preact"})
# Beside one of these, some of the sources may run on a server, or in another process.
_SERVERS = frozenset(
    """
    next nuxt astro gatsby express fastify koa hono h3 nitropack @nestjs/core @sveltejs/kit @remix-run/node
    @remix-run/react @react-router/dev @react-router/node @tanstack/react-start @tanstack/start vike vite-plugin-ssr
    @solidjs/start @builder.io/qwik-city electron @vitejs/plugin-rsc firebase-functions aws-lambda wrangler convex
    """.split()
)
# A package with one of these is there for others to use.
_ENTRIES = ("main", "module", "exports", "bin")
_SOURCES = "src/"


def bundled_for(path: str, folder: str, manifest: Mapping[str, Any]) -> str:
    """browser or app; empty where the package of a script does not tell."""
    needed, built_with = _names(manifest, "dependencies"), _names(manifest, "devDependencies")
    names = needed | built_with
    if names & _SERVERS:
        return ""
    if needed & _APPS:
        return "app"
    is_page = bool(names & _BUNDLERS and names & _PAGES) and not any(entry in manifest for entry in _ENTRIES)
    inside = path[len(folder) :].removeprefix("/")
    return "browser" if is_page and inside.startswith(_SOURCES) else ""


def _names(manifest: Mapping[str, Any], key: str) -> set[str]:
    listed = manifest.get(key)
    return set(listed) if isinstance(listed, dict) else set()
