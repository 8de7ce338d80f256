"""Works off the feedback that piled up over a weekend, from a file with one message a line."""

import json
import sys
from itertools import islice

from analyst import analyse

MOST = 500


def main(path):
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(islice(file, MOST), 1):
            try:
                print(json.dumps(analyse(json.loads(line)["text"])))
            except ValueError as error:
                print(f"line {number} is left for a person: {error}", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1])
