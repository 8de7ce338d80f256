from openai import OpenAI

client = OpenAI()


def run(messages, call):
    done = False
    while not done:
        message = client.chat.completions.create(messages=messages).choices[0].message
        messages.append(message)
        if not message.tool_calls:
            done = True
            break
        for each in message.tool_calls:
            messages.append(call(each))
    while len(messages) > 10:
        messages.pop(0)
    return messages


def search(reply, seen):
    if "DONE" in reply or reply in seen:
        return reply
    elif reply == "NEXT":
        return search(reply, seen)
    return None
