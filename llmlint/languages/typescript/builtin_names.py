"""The names that JavaScript and its runtimes bind by themselves."""

from __future__ import annotations

BUILTINS = frozenset(
    """
    AbortController AbortSignal AggregateError Array ArrayBuffer BigInt Blob Boolean Buffer Bun Date Deno Error
    EvalError Event EventSource EventTarget File FileReader FormData Function Headers Intl JSON Map Math Number Object
    Promise Proxy RangeError ReadableStream ReferenceError Reflect RegExp Request Response Set String Symbol
    SyntaxError TextDecoder TextEncoder TransformStream TypeError URIError URL URLSearchParams Uint8Array WeakMap
    WeakRef WeakSet WebSocket WritableStream XMLHttpRequest alert atob btoa cancelAnimationFrame clearInterval
    clearTimeout confirm console crypto decodeURIComponent document encodeURIComponent fetch globalThis isFinite
    isNaN jest localStorage location navigator parseFloat parseInt performance process prompt queueMicrotask
    requestAnimationFrame sessionStorage setImmediate setInterval setTimeout structuredClone super vi window
    """.split()
)
