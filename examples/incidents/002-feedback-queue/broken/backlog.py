"""Works off the feedback that piled up over a weekend, from a file with one message a line."""

import json
import sys
import time

from analyst import analyse


def insist(feedback):
    while True:
        try:
            return analyse(feedback)
        except json.JSONDecodeError:
            print("no JSON in the reply, again in 30 seconds", file=sys.stderr)
            time.sleep(30)


def main(path):
    with open(path, encoding="utf-8") as file:
        for line in file:
            print(json.dumps(insist(json.loads(line)["text"])))


if __name__ == "__main__":
    main(sys.argv[1])
