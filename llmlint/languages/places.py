"""Server or browser? What the place of a script, its directives and its imports say of where it runs."""

from __future__ import annotations

import re

_TEST = re.compile(r"(?:^|/)(?:__tests__|__mocks__|tests?|e2e|cypress)/|\.(?:test|spec|stories|config)\.\w+$")
_SERVER_PATH = re.compile(
    r"(?:^|/)(?:pages/api|api|server|functions|workers?|scripts?|cli|bin|main|preload)/"
    r"|(?:^|/)(?:route|server|middleware|proxy|instrumentation|main|preload)\.[cm]?[jt]s$"
    r"|(?:^|/)\+server\.[jt]s$|(?:\.server|\+api)\.[jt]sx?$"
)
_PAGE = re.compile(r"\.(?:html?|vue|svelte|client\.[jt]sx?)$")
_USE = re.compile(
    rb"\A(?:\xef\xbb\xbf)?(?:\s|//[^\n]{0,400}\n|/\*(?:[^*]|\*(?!/)){0,4000}\*/)*[\"']use (client|server)[\"']"
)
_SERVER = re.compile(
    rb"[\"'](?:node:[\w/]+|fs|fs/promises|path|http|https|crypto|child_process|process|express|fastify|koa|hono|dotenv"
    rb"|dotenv/config|server-only|next/server|next/headers|@nestjs/\w+|@vercel/node|aws-lambda|@hono/node-server"
    rb"|firebase-functions|@sveltejs/kit/node|@remix-run/node|electron|ink)[\"']"
)
# Parts that a framework takes out of what it ships, or code that asks itself where it runs.
_BOTH = re.compile(
    rb"\bget(?:ServerSide|Static|Initial)Props\b|\bexport (?:const|(?:async )?function) (?:loader|action|load)\b"
    rb"|[\"']use server[\"']|typeof (?:window|document)\b|import\.meta\.env\.SSR"
)
_APP = re.compile(rb"[\"'](?:react-native|expo|expo-[\w-]+|@expo/[\w-]+|@react-native[\w/-]*)[\"']")
_BROWSER = re.compile(
    rb"\b(?:document\.(?:getElementById|querySelector|createElement|addEventListener|body)|window\.(?:location|addEvent))"
    rb"|\buse(?:State|Effect|Ref|Reducer|LayoutEffect)\b|[\"']react-dom(?:/client)?[\"']|\bcreateApp\("
)


def runs_in(path: str, data: bytes) -> str:
    """browser, app or server; empty where the script alone does not tell."""
    if _TEST.search(path):
        return "server"
    used = _USE.match(data)
    if used is not None:
        return "browser" if used[1] == b"client" else "server"
    if _SERVER_PATH.search(path) or _SERVER.search(data):
        return "server"
    if _BOTH.search(data):
        return ""
    if _APP.search(data):
        return "app"
    return "browser" if _PAGE.search(path) or _BROWSER.search(data) else ""
