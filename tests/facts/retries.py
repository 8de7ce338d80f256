import json
import time

from openai import OpenAI, RateLimitError

client = OpenAI(timeout=30)


def insist(prompt):
    attempts = 0
    while True:
        attempts += 1
        try:
            reply = client.responses.create(model="gpt-5.5", input=prompt)
            return json.loads(reply.output_text)
        except RateLimitError:
            if attempts >= 3:
                raise
            time.sleep(attempts * 2)
        finally:
            print(attempts)


def count(prompt):
    for attempt in range(1, 4):
        try:
            return client.responses.create(model="gpt-5.5", input=prompt)
        except:
            print(attempt)
            continue
    raise ValueError("no answer")
