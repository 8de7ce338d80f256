"""LLM301 against the rules that gitleaks has for providers of models: what they tell apart, it tells apart.

The formats and the places are those of its rules' own samples; the texts are made here, and no key is in this file.
"""

from __future__ import annotations

import random
from pathlib import Path

from command import check, write
from samples import assembled

# What each of its rules finds: the word in the names of its samples, and the forms of its keys.
RULES = {
    "anthropic-admin-api-key": ("anthropic", ["sk-ant-admin01-{word:93}AA"]),
    "anthropic-api-key": ("anthropic", ["sk-ant-api03-{word:93}AA"]),
    "anthropic-oauth-refresh-token": ("anthropic", ["sk-ant-ort01-{word:100}"]),
    "anthropic-oauth-token": ("anthropic", ["sk-ant-oat01-{word:100}"]),
    "aws-access-token": ("AWS", [f"{mark}{{base32:16}}" for mark in ("AKIA", "ASIA", "ABIA", "ACCA")]),
    "aws-amazon-bedrock-api-key-long-lived": ("bedrock", ["ABSK{base64:109}", "ABSK{base64:269}=="]),
    "aws-amazon-bedrock-api-key-short-lived": ("bedrock", ["bedrock-api-key-{bedrock:28}{alnum:200}"]),
    "claude-code-oauth-token": ("claude-code", ["sk-ant-oat01-{word:95}"]),
    "cohere-api-token": ("cohere", ["{alnum:40}"]),
    "gcp-api-key": ("gcp", ["AIza{word:35}"]),
    "groq-api-key": ("groq", ["gsk_{lower:48}", "gsk_{alnum:52}"]),
    "huggingface-access-token": ("huggingface", ["hf_{letter:34}"]),
    "huggingface-organization-api-token": ("huggingface", ["api_org_{letter:34}"]),
    "langsmith-api-key": ("langsmith", ["lsv2_pt_{lower:32}_{lower:10}", "lsv2_sk_{lower:32}_{lower:10}"]),
    "openai-api-key": (
        "openaiApiKey",
        [
            "sk-{lower:20}T3BlbkFJ{lower:20}",
            "sk-proj-{word:74}T3BlbkFJ{word:74}",
            "sk-svcacct-{word:74}T3BlbkFJ{word:74}",
            "sk-admin-{word:58}T3BlbkFJ{word:58}",
        ],
    ),
    "openrouter-api-key": ("openrouter", ["sk-or-v1-{hex:64}", "sk-or-v2-{hex:64}", "sk-or-{hex:64}"]),
    "perplexity-api-key": ("perplexity", ["pplx-{alnum:48}"]),
    "privateai-api-token": ("privateai", ["{lower:32}"]),
    "replicate-api-token": ("replicate", ["r8_{lower:40}", "r8_{alnum:37}"]),
    "xai-api-key": ("xai", ["xai-{lower:80}"]),
}
# Those whose keys have no mark of their own, and are told by the name before them.
NAMED = ("cohere-api-token", "privateai-api-token")
ASSIGNED = ['{i}_api_token = "{s}"', '{i}Token="{s}"', "{i}_token: {s}", "{i}Token := `{s}`", "export {i}_TOKEN={s}"]
MARKED = [
    "{s}",
    "'{s}'",
    '{i}Token = "{s}"',
    "{i}Token={s}",
    "{i}Token = {s}",
    '{{\n    "{i}_token": "{s}"\n}}',
    '{{\n    \\"{i}_token\\": \\"{s}\\"\n}}',
    "<{i}Token>{s}</{i}Token>",
    "<{i}Token>\n    {s}\n</{i}Token>",
    "{i}_token: |\n  {s}",
    "{i}_token: >\n  {s}",
    'string {i}Token = "{s}";',
    'var {i}Token string = "{s}"',
    '${i}Token .= "{s}"',
    "{i}Token,{s},",
    '  "{i}Token" => "{s}"',
    '{i}_TOKEN ::= "{s}"',
    '{i}_TOKEN ?= "{s}"',
    '{i}_TOKEN += "{s}"',
    "tool login --token {s}",
    '-H "Authorization: Bearer {s}"',
    "DEBUG=1 {i}_TOKEN={s} python app.py",
    "Write your token there: not 'token = \"PUT_YOURS\"', but 'token = \"{s}\"'",
    "load(name, use_auth_token='{s}')",
    '"rows = load(\\"a.csv\\", token=\'{s}\')\\n",',
    "parser.add_argument('--token', type=str, default='{s}', help='the token of the hub')",
    'def test_space():\n    token = "{s}"  # shown on purpose',
]

PROSE = "abc123xyz-456def789ghij-klmnopqrstuvwx-3456yza789bcde-1234fghijklmnopby56aaaogaopaaaabc123xyz"
# Texts that a person typed, or that came up, in the form of a key.
TYPED = [
    ("sk-ant-api03-", f"{PROSE}AA"),
    ("sk-ant-admin01-", PROSE.replace("123xyz-", "12fake-", 1).replace("1234fghi", "12fakehi") + "AA"),
    ("sk-ant-oat01-", PROSE.replace("-", "_", 1) + "ZQ"),
    ("AKIA", "LALEMEL33243OLIB"),
    ("AIza", "SyNHxIf32IQ1a1yjl3ZJIqKZqzLAK1XhDk-"),
]
# What its rules leave alone: cut short, with another beginning or end, made up, a name, or part of a longer text.
SILENT = [
    "sk-ant-api03-{word:60}AA",
    "sk-ant-api03-{word:93}BB",
    "sk-ant-admin01-{word:60}AA",
    "sk-ant-admin01-{word:93}BB",
    'anthropic_token = "sk-ant-oat01-tooShort"',
    'anthropic_token = "sk-ant-ort01-tooShort"',
    "key = AKIA{X:16}",
    "aws_access_key: AKIA{base32:9}EXAMPLE",
    'msgstr "Näytä asiakirjamallikansio."',
    "YESTERDAYINASIAASHIPOFRICE",
    "bedrock-api-key-{alnum:12}",
    "ABSK{base64:40}",
    "CO_API_KEY={x:40}",
    "{alnum:60}AIza{word:50}",
    "AIza{alnum:42}",
    'apiKey: "AIza{a:35}"',
    "AIZASY{upper:33}",
    "GSK_API_KEY=gsk_{x:48}",
    'os.environ.get("HF_AUTH_TOKEN",\n"hf_{x:34}"),',
    "HUGGINGFACE_API_TOKEN=hf_{x:40},",
    "- (id)hf_requiredNamesForTheScreen;",
    'div[data-widget="desktop-rhf_SponsoredThingsOfOthersAsTheyWereSeenThere"]',
    "_kHMSymptomhf_generatedByThisAppForItsOwnDebuggingKeys,",
    "#define OSCHF_DebugGetTheMeanOfAllTheCrystals NOROM_OSCHF_DebugGetTheMeanOfAllTheCrystals",
    "M_UINT (Cell_t, PRIO, 2, &hf_cellpriorityparametersdescription_prio),",
    "bb_eeeeegfgffhiiiiiiiiiiiihiiiiicgafhf_eefghihhiiiifhifhhdhifhiiiihifdgdhggf",
    "subdirs = glob('HF_CASErviceOfTheBuildTime.HF*.Linux64')",
    'String API_ORG_EXIST = "APIOrganizationExist";',
    "const api_org_controller = require('./controllers').organizations;",
    "API_ORG_CREATE('https://a.example/create?access_token=ACCESS_TOKEN'),",
    "def test_internal_api_org_inclusion_with_link_of_it(name):",
    "def _api_org_{hex:8}_{hex:4}_{hex:4}_{hex:4}_{hex:12}(self):",
    "a token <code>hf_xxxxx</code> (once <code>api_XXXXXXXX</code> or <code>api_org_{X:34}</code>)",
    "a token hf_xxxxx (once api_XXXXXXXX or api_org_{x:34}).",
    "LANGCHAIN_API_KEY=ls__0123456789abcdef0123456789abcdef",
    "lsv2_xx_{hex:32}_{hex:10}",
    "PERPLEXITY_API_KEY=pplx-{x:48}",
    "sk-or-v1-{hex:63}",
    "sk-ant-v1-{hex:64}",
    "sk-or-v1-g{hex:63}",
    'const privateaiToken = "{a:32}";',
    "XAI_API_KEY=xai-{x:80}",
]
# What follows AIza in the keys that the makers of Firebase publish as examples.
PUBLISHED = """
    Syabcdefghijklmnopqrstuvwxyz1234567 SyAnLA7NfeLquW1tJFpx_eQCxoX-oo6YyIs SyCkEhVjf3pduRDt6d1yKOMitrUEke8agEM
    SyDMAScliyLx7F0NPDEJi1QmyCgHIAODrlU SyD3asb-2pEZVqMkmL6M9N6nHZRR_znhrh0 yDNSXIbFmlXbIE6mCzDLQAqITYefhixbX4A
    SyAdOS2zB6NCsk1pCdZ4-P6GBdi_UUPwX7c SyASWm6HmTMdYWpgMnjRBjxcQ9CKctWmLd4 SyANUvH9H9BsUccjsu2pCmEkOPjjaXeDQgY
    SyA5_iVawFQ8ABuTZNUdcwERLJv_a_p4wtM SyA4UrcGxgwQFTfaI3no3t7Lt1sjmdnP5sQ SyDSb51JiIcB6OJpwwMicseKRhhrOq1cS7g
    SyBF2RrAIm4a0mO64EShQfqfd2AFnzAvvuU SyBcE-OOIbhjyR83gm4r2MFCu4MJmprNXsw SyB8qGxt4ec15vitgn44duC5ucxaOi4FmqE
    SyA8vmApnrHNFE0bApF4hoZ11srVL_n0nvY
""".split()


def silent_in(folder: Path, texts: dict[str, str]) -> list[str]:
    """The texts, each in a file of its own, in which no key was found."""
    write(folder, texts)
    seen = {path for path, _, _ in check(folder, "--select", "LLM301").findings}
    return [text for name, text in texts.items() if name not in seen]


def test_every_true_sample_is_found(tmp_path: Path) -> None:
    texts = {}
    for rule, (word, forms) in RULES.items():
        for number, place in enumerate(ASSIGNED if rule in NAMED else ASSIGNED + MARKED):
            for form in forms:
                for seed in range(3):
                    name = f"{rule}/{number}-{forms.index(form)}-{seed}.txt"
                    texts[name] = place.format(i=word, s=assembled(form, seed)) + "\n"
    assert silent_in(tmp_path, texts) == []


def test_typed_samples_are_found(tmp_path: Path) -> None:
    assert silent_in(tmp_path, {f"{start}.txt": f"{start}{rest}\n" for start, rest in TYPED}) == []


def test_every_false_sample_is_silent(tmp_path: Path) -> None:
    samples = [assembled(text) for text in SILENT] + [f'key = "AIza{rest}"' for rest in PUBLISHED]
    texts = {f"{number}.txt": f"{text}\n" for number, text in enumerate(samples)}
    assert silent_in(tmp_path, texts) == list(texts.values())


def test_the_letters_of_a_genome(tmp_path: Path) -> None:
    """A long row of few letters holds every short text that can be made of them."""
    source = random.Random(0)
    row = "".join(source.choice("ACGTACGTACGT-") for _ in range(200_000))
    assert silent_in(tmp_path, {"a.txt": row}) == [row]
