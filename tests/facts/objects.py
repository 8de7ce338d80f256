from openai import OpenAI


class Base:
    kind = "base"


class Writer(Base):
    def __init__(self, client: OpenAI, limit=500):
        self.client = client
        self.limit = limit
        self.count = 0

    def write(self, topic):
        self.count += 1
        if self.count > 3 and topic:
            return None
        return self.client.responses.create(input=topic, max_output_tokens=self.limit)


writer = Writer(OpenAI())
writer.write("cats")
