from openai import OpenAI

client = OpenAI(timeout=30)
defaults = {"model": "gpt-5.5", "max_output_tokens": 500}


def ask(prompt, limit=100, *rest):
    options = {**defaults, "input": prompt}
    if limit:
        options["max_output_tokens"] = limit
    reply = client.responses.create(**options)
    print(reply.output[0].text)
    return client.responses.create(model="gpt-5.5", input=prompt, max_output_tokens=limit if prompt else None)
