"""An output of another stack whose program is in the run is that program's listener."""

import pytest

from alb_lint.model import Reading
from pulumi_programs import read

HEAD = 'import * as pulumi from "@pulumi/pulumi";\nimport * as aws from "@pulumi/aws";\n'
HTTPS = 'const https = new aws.lb.Listener("https", { port: 443, protocol: "HTTPS" });\n'


def rule(name, listener):
    return (
        f'new aws.lb.ListenerRule("{name}", {{ listenerArn: {listener}, priority: 5, actions: [{{ type: "forward", targetGroupArn: "a" }}],'
        f' conditions: [{{ pathPattern: {{ values: ["/{name}"] }} }}] }});\n'
    )


OWN = rule("own", "https.arn")
CORE = HEAD + HTTPS + OWN + "export const arn = https.arn;\n"


def consumer(stack="`acme/core/${pulumi.getStack()}`", output='getOutput("arn")'):
    return HEAD + rule("app", f"new pulumi.StackReference({stack}).{output}")


def told(tmp_path, core, *consumers) -> Reading:
    names = {"core/Pulumi.yaml": "name: core\nruntime: nodejs\n"}
    names |= {f"app{place}/Pulumi.yaml": f"name: app{place}\nruntime: nodejs\n" for place in range(len(consumers))}
    files = core if isinstance(core, dict) else {"core/index.ts": core}
    return read(tmp_path, {**files, **{f"app{place}/index.ts": text for place, text in enumerate(consumers)}, **names})


def listeners(reading):
    return [(item.id, item.port, len(item.rules)) for item in reading.listeners]


@pytest.mark.parametrize(
    "core",
    [
        CORE,
        HEAD + HTTPS + OWN + "const arn = https.arn;\nexport { arn };\n",
        HEAD + HTTPS + OWN + "export const arn = pulumi.output(https.arn);\n",
        HEAD + HTTPS + OWN + "module.exports = { arn: https.arn };\n",
        {
            "core/lb.ts": HEAD + "export " + HTTPS + "export const arn = https.arn;\n",
            "core/index.ts": HEAD + 'import { https } from "./lb";\n' + OWN + 'export * from "./lb";\n',
        },
    ],
)
def test_an_export_is_followed(tmp_path, core):
    reading = told(tmp_path, core, consumer())
    assert listeners(reading) == [("core:aws.lb.Listener:https", 443, 2)]
    assert reading.gaps == ()
    assert [rule.root for rule in reading.listeners[0].rules] == ["app0", "core"]


@pytest.mark.parametrize(
    "text", [consumer('"acme/core/prod"'), consumer('"core/prod"'), consumer(output='requireOutput("arn")'), consumer(output="outputs.arn")]
)
def test_however_it_is_looked_up(tmp_path, text):
    assert listeners(told(tmp_path, CORE, text)) == [("core:aws.lb.Listener:https", 443, 2)]


@pytest.mark.parametrize(
    ("core", "consumers", "gaps"),
    [
        # another project, another output, no listener: nothing of the program here
        (CORE, [consumer('"acme/other/prod"')], 0),
        (CORE, [consumer(output='getOutput("other")')], 1),
        (CORE.replace("arn = https.arn", "arn = unheard(https)"), [consumer()], 1),
        # the program's own rules are in both stacks
        (CORE, [consumer('"acme/core/prod"'), consumer('"acme/core/dev"')], 2),
    ],
)
def test_what_is_not_followed_is_a_gap(tmp_path, core, consumers, gaps):
    reading = told(tmp_path, core, *consumers)
    assert len(reading.listeners) == 1 + len(consumers)
    assert sum("their rules were not compared" in gap.reason for gap in reading.gaps) == gaps
