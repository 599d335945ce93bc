"""`aws elbv2 …` for pages and scripts that call the AWS CLI: the same calls through boto3, at the endpoint of the environment.

It knows `--region`, `--listener-arn`, `--cli-input-json`, `--query` and `--output text`; anything else ends it with 2.
"""

import json
import sys
from typing import Any

import boto3
import jmespath

FLAGS = ("--region", "--listener-arn", "--cli-input-json", "--query", "--output")


def main(words: list[str]) -> int:
    if words[:1] != ["elbv2"] or any(flag not in FLAGS for flag in words[2::2]):
        return 2
    told = dict(zip(words[2::2], words[3::2], strict=True))
    given: dict[str, Any] = json.loads(told.get("--cli-input-json", "{}"))
    if "--listener-arn" in told:
        given["ListenerArn"] = told["--listener-arn"]
    client = boto3.client("elbv2", region_name=told.get("--region"))
    result = getattr(client, words[1].replace("-", "_"))(**given)
    result.pop("ResponseMetadata")
    client.close()
    found = jmespath.search(told["--query"], result) if "--query" in told else result
    if told.get("--output") == "text":
        sys.stdout.write("".join("\t".join(map(str, row)) + "\n" for row in found))
    else:
        sys.stdout.write(json.dumps(found, indent=4) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
