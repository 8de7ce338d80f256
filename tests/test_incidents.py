"""The incidents' programs: each broken one is caught where it is broken, each repaired one is clean."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from llmlint.catalog import Catalog
from llmlint.cli import cli

FOLDER = Path(__file__).parent.parent / "examples" / "incidents"

# Code and line of each finding, in the order in which they stand in the file.
EXPECTED = {
    "000-flight-assistant/broken/flight_assistant.ipynb": """
        LLM105 cell 3: openai = OpenAI()
        LLM101 cell 5: stream = openai.chat.completions.create(model=MODEL, messages=messages, stream=True)
        LLM102 cell 5: stream = openai.chat.completions.create(model=MODEL, messages=messages, stream=True)
        LLM403 cell 5: stream = openai.chat.completions.create(model=MODEL, messages=messages, stream=True)
        LLM101 cell 9: response = openai.chat.completions.create(model=MODEL, messages=messages, tools=tools)
        LLM206 cell 9: while response.choices[0].finish_reason == "tool_calls":
        LLM101 cell 9: response = openai.chat.completions.create(model=MODEL, messages=messages, tools=tools)
        LLM401 cell 11: response = openai.audio.speech.create(model="tts-1", voice="onyx", input=message)
        LLM406 cell 14: response = openai.images.generate(
        LLM407 cell 14: return f"![{city}](data:image/png;base64,{response.data[0].b64_json})"
        LLM101 cell 15: response = openai.chat.completions.create(model=MODEL, messages=messages, tools=tools)
        LLM403 cell 15: response = openai.chat.completions.create(model=MODEL, messages=messages, tools=tools)
        LLM206 cell 15: while response.choices[0].finish_reason == "tool_calls":
        LLM101 cell 15: response = openai.chat.completions.create(model=MODEL, messages=messages, tools=tools)
        LLM403 cell 15: response = openai.chat.completions.create(model=MODEL, messages=messages, tools=tools)
    """,
    "000-flight-assistant/broken/flight_assistant.py": """
        LLM105 openai = OpenAI()
        LLM406 response = openai.images.generate(
        LLM407 return f"![{city}](data:image/png;base64,{response.data[0].b64_json})"
        LLM401 response = openai.audio.speech.create(model="tts-1", voice="onyx", input=message)
        LLM205 for attempt in range(5):
        LLM204 except RateLimitError:
        LLM101 response = openai.chat.completions.create(model=MODEL, messages=messages, tools=TOOLS)
        LLM403 response = openai.chat.completions.create(model=MODEL, messages=messages, tools=TOOLS)
        LLM206 while response.choices[0].finish_reason == "tool_calls":
        LLM101 response = openai.chat.completions.create(model=MODEL, messages=messages, tools=TOOLS)
        LLM403 response = openai.chat.completions.create(model=MODEL, messages=messages, tools=TOOLS)
    """,
    "001-video-titles/broken/settings.py": """
        LLM503 Q_CLUSTER = {
        LLM504 "retry": 90,
    """,
    "001-video-titles/broken/talks/ai.py": """
        LLM105 client = OpenAI()
        LLM101 presenters_agent = Agent(
        LLM105 presenters_agent = Agent(
        LLM202 @retry(wait=wait_random_exponential(min=1, max=20))
        LLM204 @retry(wait=wait_random_exponential(min=1, max=20))
        LLM101 completion = client.chat.completions.create(
        LLM102 completion = client.chat.completions.create(
    """,
    "001-video-titles/broken/talks/tasks.py": """
        LLM505 for video in Video.objects.filter(pk__in=video_ids):
    """,
    "002-feedback-queue/broken/analyst.py": """
        LLM105 client = OpenAI()
        LLM101 response = client.chat.completions.create(
        LLM102 response = client.chat.completions.create(
        LLM103 response = client.chat.completions.create(
    """,
    "002-feedback-queue/broken/analyst.ts": """
        LLM105 const openai = new OpenAI();
        LLM101 const response = await openai.chat.completions.create({
        LLM102 const response = await openai.chat.completions.create({
        LLM103 const response = await openai.chat.completions.create({
    """,
    "002-feedback-queue/broken/infra/queue.tf": """
        LLM501 resource "aws_sqs_queue" "feedback" {
        LLM504 visibility_timeout_seconds = 30
        LLM506 deadLetterTargetArn = "arn:aws:sqs:eu-west-1:111122223333:legacy-feedback-failed"
    """,
    "002-feedback-queue/broken/worker.py": """
        LLM501 queue = sqs.create_queue(QueueName="feedback", Attributes={"VisibilityTimeout": "30"})
        LLM504 queue = sqs.create_queue(QueueName="feedback", Attributes={"VisibilityTimeout": "30"})
        LLM507 except json.JSONDecodeError:
        LLM502 received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=20)
    """,
    "002-feedback-queue/broken/worker.ts": """
        LLM201 for (;;) {
        LLM507 } catch (error) {
        LLM207 setTimeout(() => keepAtIt(message), 60_000);
        LLM502 const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    """,
    "002-feedback-queue/broken/backlog.py": """
        LLM201 while True:
    """,
    "003-shop-assistant/broken/app.py": """
        LLM302 return render_template("shop.html", openai_key=os.environ["OPENAI_API_KEY"])
    """,
    "003-shop-assistant/broken/storefront/.env.production": """
        LLM302 NEXT_PUBLIC_OPENAI_API_KEY=${SHOP_OPENAI_KEY}
    """,
    "003-shop-assistant/broken/storefront/app/chat.tsx": """
        LLM105 const client = new OpenAI({
        LLM302 apiKey: process.env.NEXT_PUBLIC_OPENAI_API_KEY,
        LLM302 dangerouslyAllowBrowser: true,
        LLM101 const response = await client.responses.create({ model: "gpt-4o", input: question });
    """,
    "003-shop-assistant/broken/templates/shop.html": """
        LLM101 const response = await fetch("https://api.openai.com/v1/responses", {
        LLM105 const response = await fetch("https://api.openai.com/v1/responses", {
        LLM302 const response = await fetch("https://api.openai.com/v1/responses", {
    """,
    "003-shop-assistant/broken/texts.py": """
        LLM105 client = OpenAI()
        LLM101 response = client.responses.create(
        LLM205 for attempt in range(3):
        LLM203 except Exception:
        LLM204 except Exception:
        LLM201 while True:
        LLM203 except Exception:
        LLM204 except Exception:
    """,
    "004-support-desk/broken/desk.py": """
        LLM105 client = anthropic.Anthropic()
        LLM205 for _ in range(5):
        LLM104 return client.messages.create(model=MODEL, max_tokens=16000, messages=messages, tools=TOOLS)
        LLM203 except anthropic.APIError:
        LLM204 except anthropic.APIError:
        LLM206 while True:
        LLM207 return polish(verdict)
    """,
    "004-support-desk/broken/handbook.py": """
        LLM105 client = OpenAI()
        LLM208 response = client.responses.create(
        LLM402 response = client.responses.create(
    """,
}
INCIDENTS = sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir())


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs as a project of their own, so that all of this repository is not looked through for each."""
    return shutil.copytree(FOLDER, tmp_path_factory.mktemp("programs") / "incidents").resolve()


def report_on(folder: Path, *arguments: str) -> dict[str, Any]:
    asked = ["check", str(folder), "--isolated", "--exit-zero", "--no-cache", "--format", "json", *arguments]
    report: dict[str, Any] = json.loads(CliRunner().invoke(cli, asked, catch_exceptions=False).output)
    assert report["errors"] == []
    assert report["summary"]["files"] > 0
    return report


def check(programs: Path, folder: str) -> dict[str, list[str]]:
    """The findings in a folder, by file, as in ``EXPECTED``."""
    found: dict[str, list[str]] = {}
    for finding in report_on(programs / folder)["findings"]:
        path = Path(finding["path"]).resolve().relative_to(programs)
        found.setdefault(path.as_posix(), []).append(f"{finding['code']} {line_of(finding)}")
    return found


def line_of(finding: dict[str, Any]) -> str:
    text = Path(finding["path"]).read_text(encoding="utf-8")
    if finding["cell"] is None:
        return text.splitlines()[finding["line"] - 1].strip()
    source = "".join(json.loads(text)["cells"][finding["cell"]]["source"])
    return f"cell {finding['cell']}: {source.splitlines()[finding['line'] - 1].strip()}"


def expected_findings() -> dict[str, list[str]]:
    return {path: [line.strip() for line in found.strip().splitlines()] for path, found in EXPECTED.items()}


@pytest.mark.parametrize("incident", INCIDENTS)
def test_broken(incident: str, programs: Path) -> None:
    expected = {path: found for path, found in expected_findings().items() if path.startswith(f"{incident}/")}
    assert expected
    assert check(programs, f"{incident}/broken") == expected


@pytest.mark.parametrize("incident", INCIDENTS)
def test_repaired(incident: str, programs: Path) -> None:
    assert check(programs, f"{incident}/repaired") == {}


def test_all_at_once(programs: Path) -> None:
    """Programs with modules of the same names beside each other, broken and repaired."""
    assert check(programs, ".") == expected_findings()


def test_each_incident_has_a_program() -> None:
    assert [name[:3] for name in INCIDENTS] == sorted(Catalog().incidents)


def test_the_text_that_is_spoken_is_followed_to_the_log(programs: Path) -> None:
    report = report_on(programs / "000-flight-assistant" / "broken", "--select", "LLM4")
    related = {
        finding["code"]: [line_of({**place, "cell": None}) for place in finding["related"]]
        for finding in report["findings"]
        if finding["path"].endswith(".py")
    }
    assert related == {
        "LLM401": ["talker(text)", "speak(LOG.read_text())", "speak(LOG.read_text())"],
        "LLM403": ['history.append({"role": "assistant", "content": reply})'],
        "LLM406": ["pictures.append(artist(city))", "for call in message.tool_calls:"],
        "LLM407": ['history.append({"role": "assistant", "content": reply})', "response = openai.images.generate("],
    }


def test_the_alert_that_came_too_late(programs: Path) -> None:
    found = {}
    for form in ("broken", "repaired"):
        report = report_on(programs / "002-feedback-queue" / form, "--select", "LLM605")
        found[form] = [line_of(finding) for finding in report["findings"]]
    assert found == {"broken": ["threshold           = 500"], "repaired": []}
