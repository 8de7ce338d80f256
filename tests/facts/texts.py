from openai import OpenAI

client = OpenAI()


def shorten(text, name):
    if len(text) > 400:
        return client.audio.speech.create(input=text[:400])
    prompt = f"Dear {name}, {text}"
    prompt += "\n" + text
    url = f"https://example.com/{name}"
    return client.audio.speech.create(input=prompt.strip(), instructions=url)


def each(names):
    replies = [client.responses.create(input=name) for name in names]
    return "\n".join(replies)
