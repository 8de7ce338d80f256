"""Queues in CloudFormation, SAM, Serverless and Kubernetes: what is read, and which files are nobody's business."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
from command import check as run_check
from command import write
from samples import key_of
from support import assert_marked

CODE = 'import openai\n\nopenai.OpenAI(timeout=9).responses.create(input="hi", max_output_tokens=9)\n'
BARE = "Resources:\n  Work:\n    Type: AWS::SQS::Queue\n"

CASES = {
    "CloudFormation": """
        # -- template.yaml
        AWSTemplateFormatVersion: "2010-09-09"
        Parameters:
          Most: {Type: Number, Default: 3000}
          Least: {Type: Number, Default: "3"}
          Any: {Type: Number}
        Resources:
          Bare: # LLM501
            Type: AWS::SQS::Queue
          Null: # LLM501
            Type: AWS::SQS::Queue
            Properties:
              RedrivePolicy: !Ref AWS::NoValue
          Sometimes:
            Type: AWS::SQS::Queue
            Properties:
              RedrivePolicy: !If [IsProduction, {deadLetterTargetArn: !GetAtt Rest.Arn}, !Ref AWS::NoValue]
          Many:
            Type: AWS::SQS::Queue
            Properties:
              RedrivePolicy:
                deadLetterTargetArn: !GetAtt Rest.Arn
                maxReceiveCount: !Ref Most # LLM501
          Few:
            Type: AWS::SQS::Queue
            Properties:
              RedrivePolicy: {deadLetterTargetArn: {"Fn::GetAtt": [Rest, Arn]}, maxReceiveCount: !Ref Least}
          Unknown:
            Type: AWS::SQS::Queue
            Properties:
              RedrivePolicy: {deadLetterTargetArn: !ImportValue rest, maxReceiveCount: !Ref Any}
          Gone:
            Type: AWS::SQS::Queue
            Properties:
              RedrivePolicy: {deadLetterTargetArn: !Sub "${Missing.Arn}", maxReceiveCount: 3} # LLM506
          Old:
            Type: AWS::SQS::Queue
            Properties:
              RedrivePolicy:
                deadLetterTargetArn: !Sub "arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:old" # LLM506
                maxReceiveCount: 3
          Joined:
            Type: AWS::SQS::Queue
            Properties:
              RedrivePolicy:
                deadLetterTargetArn: !Join [":", [arn, aws, sqs, !Ref AWS::Region, !Ref AWS::AccountId, rest]]
                maxReceiveCount: 3
          Text:
            Type: AWS::SQS::Queue
            Properties:
              RedrivePolicy: !Sub '{"deadLetterTargetArn": "${Rest.Arn}", "maxReceiveCount": 3}'
          Rest:
            Type: AWS::SQS::Queue
            Properties: {QueueName: rest}
    """,
    "a merge key and an anchor": """
        # -- template.yaml
        Resources:
          A:
            Type: AWS::SQS::Queue
            Properties: &shared
              RedrivePolicy: {deadLetterTargetArn: !GetAtt Rest.Arn, maxReceiveCount: 3}
          B:
            Type: AWS::SQS::Queue
            Properties:
              <<: *shared
              QueueName: b
          C:
            Type: AWS::SQS::Queue
            Properties: *shared
          Rest:
            Type: AWS::SQS::Queue
    """,
    "what a macro fills in": """
        # -- template.yaml
        Resources:
          Work:
            Type: AWS::SQS::Queue
            Properties:
              Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://b/queue.yaml}}
    """,
    "functions of SAM": """
        # -- template.yaml
        Transform: AWS::Serverless-2016-10-31
        Globals:
          Function: {Timeout: 120}
        Resources:
          Work:
            Type: AWS::SQS::Queue
            Properties:
              VisibilityTimeout: 60 # LLM504
              RedrivePolicy: {deadLetterTargetArn: !GetAtt Rest.Arn, maxReceiveCount: 3}
          Rest:
            Type: AWS::SQS::Queue
          Analyst:
            Type: AWS::Serverless::Function
            Properties:
              Events:
                Work: {Type: SQS, Properties: {Queue: !GetAtt Work.Arn}}
    """,
    "the streams of SAM and Serverless": """
        # -- template.yaml
        Resources:
          Analyst:
            Type: AWS::Serverless::Function
            Properties:
              Events:
                Endless: # LLM501
                  Type: Kinesis
                  Properties: {Stream: !GetAtt Stream.Arn, StartingPosition: LATEST}
                Limited:
                  Type: DynamoDB
                  Properties: {Stream: !GetAtt Table.StreamArn, MaximumRetryAttempts: 2}
                Timed: {Type: Schedule, Properties: {Schedule: rate(1 hour)}}
        # -- serverless.yml
        provider: {name: aws}
        functions:
          analyst:
            handler: a.b
            events:
              - stream: arn:aws:kinesis:eu-west-1:111122223333:stream/s # LLM501
              - stream: {arn: !GetAtt Stream.Arn, maximumRetryAttempts: 3}
    """,
    "the mapping of a stream": """
        # -- template.yaml
        Resources:
          Table: {Type: AWS::DynamoDB::Table}
          Endless: # LLM501
            Type: AWS::Lambda::EventSourceMapping
            Properties: {EventSourceArn: !GetAtt Table.StreamArn, FunctionName: analyst}
          Limited:
            Type: AWS::Lambda::EventSourceMapping
            Properties: {EventSourceArn: !GetAtt Table.StreamArn, FunctionName: analyst, MaximumRetryAttempts: 3}
          Queued:
            Type: AWS::Lambda::EventSourceMapping
            Properties: {EventSourceArn: !ImportValue work, FunctionName: analyst}
    """,
    "Serverless": """
        # -- serverless.yml
        service: feedback
        provider: {name: aws, timeout: 30}
        functions:
          analyst:
            handler: analyst.handle
            events:
              - sqs: {arn: !GetAtt Slow.Arn}
              - sqs: ${self:custom.other}
        resources:
          Resources:
            Slow: # LLM504
              Type: AWS::SQS::Queue
              Properties:
                RedrivePolicy: {deadLetterTargetArn: !GetAtt Rest.Arn, maxReceiveCount: 3}
            Open:
              Type: AWS::SQS::Queue
              Properties:
                RedrivePolicy: ${file(policy.yml)}
            Bare: # LLM501
              Type: AWS::SQS::Queue
              Properties:
                QueueName: work-${self:provider.stage}
            Rest:
              Type: AWS::SQS::Queue
    """,
    "Kubernetes": """
        # -- queues.yaml
        apiVersion: sqs.services.k8s.aws/v1alpha1
        kind: Queue # LLM501
        metadata: {name: work}
        spec: {queueName: work}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: work}
        ---
        apiVersion: sqs.aws.upbound.io/v1beta1
        kind: Queue # LLM501
        metadata: {name: other}
        spec: {forProvider: {region: eu-west-1}}
        ---
        apiVersion: sqs.services.k8s.aws/v1alpha1
        kind: Queue
        metadata: {name: third}
        spec:
          redrivePolicy: '{"deadLetterTargetArn": "arn:aws:sqs:::gone", "maxReceiveCount": 3}' # LLM506
    """,
}


@pytest.mark.parametrize("program", CASES.values(), ids=CASES)
def test_queues(program: str, tmp_path: Path) -> None:
    assert_marked(tmp_path, program, "LLM501", "LLM504", "LLM506", queues_everywhere=True)


def findings(folder: Path, name: str, text: str | bytes, *select: str) -> list[tuple[str, int, str]]:
    write(folder, {name: text, "app.py": CODE})
    return run_check(folder, "--select", "LLM000,LLM001,LLM501").findings


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "byte order mark"])
def test_json(mark: str, tmp_path: Path) -> None:
    text = json.dumps({"Resources": {"Work\U0001f600": {"Type": "AWS::SQS::Queue"}}}, indent=1)
    assert findings(tmp_path, "stack.template.json", mark + text) == [("stack.template.json", 3, "LLM501")]
    tabs = text.replace("\n ", "\n\t")
    assert findings(tmp_path, "stack.template.json", mark + tabs) == [("stack.template.json", 3, "LLM501")]


NOBODYS = {
    "a Helm template": ("templates/queue.yaml", "{{- if .x }}\nkind: Queue\napiVersion: sqs.services.k8s.aws/v1\n"),
    "a template of a template": ("stack.yaml", BARE + "{% if x %}\n  B: [\n"),
    "some YAML with tabs": ("a.yaml", "a:\n\t- AWS::SQS::Queue\n"),
    "a list": ("a.yaml", "- AWS::SQS::Queue\n"),
    "nothing": ("a.yaml", ""),
    "a text": ("a.yaml", "Type: AWS::SQS::Queue\n"),
    "a large specification": ("a.json", json.dumps({"R": {"AWS::SQS::Queue": {"P": "x" * 1_100_000}}})),
    "a specification": ("a.json", json.dumps({"ResourceTypes": {"AWS::SQS::Queue": {"Properties": {}}}})),
    "a package": ("package.json", json.dumps({"description": "AWS::SQS::Queue made easy"})),
    "an anchor of itself": ("a.yaml", "a: &a [*a, AWS::SQS::Queue]\n"),
}


@pytest.mark.parametrize(("name", "text"), NOBODYS.values(), ids=NOBODYS)
def test_other_files_are_nobodys_business(name: str, text: str, tmp_path: Path) -> None:
    assert findings(tmp_path, name, text) == []


BROKEN = {
    "tabs": BARE + "\tB: 1\n",
    "an open list": BARE + "  B: [1, 2\n",
    "merge conflict": "<<<<<<< ours\n" + BARE + ">>>>>>> theirs\n",
    "no such alias": BARE + "  B: *gone\n",
    "nested": BARE + "  B: " + "[" * 90_000 + "\n",
    "not UTF-8": BARE.encode() + b"  # \xff\n",
    "too large": BARE + "# long\n" * 150_000,
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_template(text: str | bytes, tmp_path: Path) -> None:
    assert [code for _, _, code in findings(tmp_path, "stack.yaml", text)] == ["LLM000"]


def test_the_documents_before_a_broken_one(tmp_path: Path) -> None:
    text = f"---\n{BARE}---\nResources: [\n"
    assert [code for _, _, code in findings(tmp_path, "stack.yaml", text)] == ["LLM501", "LLM000"]


def test_aliases_that_multiply(tmp_path: Path) -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    bomb = "a: &a [x, x]\n" + "".join(
        f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in itertools.pairwise(letters)
    )
    assert findings(tmp_path, "stack.yaml", f"{bomb}{BARE}    Properties: {{Tags: *z}}\n") == [
        ("stack.yaml", 28, "LLM501")
    ]


@pytest.mark.parametrize("first", ["[x, x]", "[]", "{}"])
@pytest.mark.parametrize("link", ["[{}]", "{{<<: [{}]}}"], ids=["lists", "merges"])
def test_aliases_that_multiply_where_a_queue_has_its_settings(link: str, first: str, tmp_path: Path) -> None:
    bomb = f"a: &a {first}\n" + "".join(
        f"{name}: &{name} {link.format(', '.join([f'*{before}'] * 9))}\n"
        for before, name in itertools.pairwise("abcdefghijkl")
    )
    text = f"{bomb}{BARE}    Properties: {{QueueName: *l, VisibilityTimeout: *l, RedrivePolicy: *l}}\n"
    assert {code for _, _, code in findings(tmp_path, "stack.yaml", text)} <= {"LLM501"}


@pytest.mark.parametrize(
    "text",
    [
        BARE.replace("Work:", "Work: # llmlint: ignore[LLM501]"),
        BARE.replace("  Work:", "  # llmlint: ignore[LLM501]\n  Work:"),
        "# llmlint: ignore-file[LLM501]\n" + BARE,
    ],
    ids=["beside", "above", "file"],
)
def test_suppression(text: str, tmp_path: Path) -> None:
    assert findings(tmp_path, "stack.yaml", text) == []


def test_a_key_in_a_template_is_still_found(tmp_path: Path) -> None:
    write(tmp_path, {"stack.yaml": f"{BARE}    Metadata: {{key: {key_of('OpenAI')}}}\n", "app.py": CODE})
    assert run_check(tmp_path, "--select", "LLM301,LLM501").codes == ["LLM501", "LLM301"]
