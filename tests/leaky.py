"""Files in which keys stand wherever something may be said of them."""

from __future__ import annotations

import json

from samples import assembled, key_of

OPENAI = key_of("OpenAI")
OTHER = assembled("{alnum:40}")
# Findings of other rules in the lines in which a key stands, and faults that quote what they can't read.
PROGRAM = f"""\
import openai

client = openai.OpenAI(api_key="{OPENAI}")
client.responses.create(input="hi", extra_headers={{"Authorization": "Bearer {OPENAI}"}})
other = openai.OpenAI(api_key="{OTHER}"); other.responses.create(input="{"long " * 40}", user="{OPENAI}")
KEY = "{OTHER}"; third = openai.OpenAI(api_key=KEY); third.responses.create(input="hi")
# llmlint: {OPENAI}
# llmlint: ignore[{OPENAI}]
"""
SCRIPT = f"""\
import OpenAI from "openai";
const client = new OpenAI({{ apiKey: "{OPENAI}" }}); await client.responses.create({{ input: "hi", user: "{OPENAI}" }});
const other = new OpenAI({{ apiKey: "{OTHER}" }}); await other.responses.create({{ input: "{OPENAI}" }});
// llmlint: {OPENAI}
const = "{OPENAI}";
"""
FILES = {
    "app.ts": SCRIPT,
    "page.html": f"<script type='module'>\n{SCRIPT}</script>",
    "app.py": PROGRAM,
    "broken.py": f"import openai\nx = = '{OPENAI}'\n",
    "cookie.py": f"# coding: {OPENAI}\nimport openai\n",
    "a.ipynb": json.dumps({"nbformat": 4, "cells": [{"cell_type": "code", "source": PROGRAM, "outputs": [OPENAI]}]}),
    "broken.ipynb": f'{{"cells": [{OPENAI}',
    ".env": f"OPENAI_API_KEY={OPENAI}\nMISTRAL_API_KEY={OTHER}\nA={OPENAI} # gitleaks:allow\n",
}
