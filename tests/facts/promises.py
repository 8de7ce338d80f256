from openai import OpenAI

client = OpenAI()


def ask(prompt):
    try:
        reply = client.responses.create(input=prompt)
        print(reply.output_text)
    except:
        print("again")
        ask(prompt)
