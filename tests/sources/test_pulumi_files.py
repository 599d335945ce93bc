"""Programs of several files: imports, exports, who calls whom, and what belongs to a program at all."""

from pathlib import Path

import pytest

from alb_lint.sources.pulumi.source import SOURCE
from alb_lint.sources.source import ReadOptions, Target
from pulumi_programs import HEAD, REST, lines, read, reasons, rules

MK = f"export function mk(n, p) {{ new aws.lb.ListenerRule(n, {{ priority: p, {REST} }}) }}\n"
PLAIN = MK.removeprefix("export ")
JS = 'const aws = require("@pulumi/aws");\n'

IMPORTS = {
    "named": {
        "lib/w.ts": HEAD + MK,
        "index.ts": 'import { mk } from "./lib/w";\nmk("a", 1);',
    },
    "renamed": {
        "lib/w.ts": HEAD + MK,
        "index.ts": 'import { mk as make } from "./lib/w";\nmake("a", 1);',
    },
    "with an ending": {
        "lib/w.ts": HEAD + MK,
        "index.ts": 'import { mk } from "./lib/w.js";\nmk("a", 1);',
    },
    "namespace": {
        "lib/w.ts": HEAD + MK,
        "index.ts": 'import * as w from "./lib/w";\nw.mk("a", 1);',
    },
    "index file": {
        "lib/w/index.ts": HEAD + MK,
        "index.ts": 'import { mk } from "./lib/w";\nmk("a", 1);',
    },
    "default function": {
        "lib/w.ts": HEAD + MK.replace("export function mk", "export default function"),
        "index.ts": 'import make from "./lib/w";\nmake("a", 1);',
    },
    "default name": {
        "lib/w/index.ts": HEAD + PLAIN + "export default mk;",
        "index.ts": 'import make from "./lib/w";\nmake("a", 1);',
    },
    "default as": {
        "w.ts": HEAD + PLAIN + "export { mk as default };",
        "index.ts": 'import { default as make } from "./w";\nmake("a", 1);',
    },
    "export list": {
        "w.ts": HEAD + PLAIN + "export { mk as make };",
        "index.ts": 'import { make } from "./w";\nmake("a", 1);',
    },
    "re-export": {
        "lib/w.ts": HEAD + MK,
        "lib/index.ts": 'export { mk as make } from "./w";',
        "index.ts": 'import { make } from "./lib";\nmake("a", 1);',
    },
    "re-export of all": {
        "lib/w.ts": HEAD + MK,
        "lib/index.ts": 'export * from "./w";',
        "index.ts": 'import { mk } from "./lib";\nmk("a", 1);',
    },
    "re-export as a namespace": {
        "lib/w.ts": HEAD + MK,
        "lib/index.ts": 'export * as w from "./w";',
        "index.ts": 'import { w } from "./lib";\nw.mk("a", 1);',
    },
    "two re-exports": {
        "a/w.ts": HEAD + MK,
        "a/index.ts": 'export * from "./w";',
        "lib.ts": 'export { mk } from "./a";',
        "index.ts": 'import { mk } from "./lib";\nmk("a", 1);',
    },
    "require": {
        "w.js": JS + PLAIN + "module.exports = { mk };",
        "index.js": 'const { mk } = require("./w");\nmk("a", 1);',
    },
    "required whole": {
        "w.js": JS + PLAIN + "module.exports = { mk };",
        "index.js": 'const w = require("./w");\nw.mk("a", 1);',
    },
    "exports": {
        "w.js": JS + PLAIN + "exports.make = mk;",
        "index.js": 'const w = require("./w");\nw.make("a", 1);',
    },
    "module is a function": {
        "w.js": JS + PLAIN + "module.exports = mk;",
        "index.js": 'const make = require("./w");\nmake("a", 1);',
    },
    "import require": {
        "w.ts": HEAD + PLAIN + "export = mk;",
        "index.ts": 'import make = require("./w");\nmake("a", 1);',
    },
    "dynamic": {
        "w.ts": HEAD + MK,
        "index.ts": 'async function main() { const { mk } = await import("./w"); mk("a", 1) }\nmain();',
    },
    "module suffixes": {
        "w.mts": HEAD + MK,
        "index.mts": 'import { mk } from "./w.mjs";\nmk("a", 1);',
    },
    "constant": {
        "c.ts": "export const P = { A: 1 } as const;",
        "w.ts": HEAD + MK,
        "index.ts": 'import { mk } from "./w";\nimport { P } from "./c";\nmk("a", P.A);',
    },
    "table in JSON": {
        "t.json": '[{"n": "a", "p": 1}]',
        "w.ts": HEAD + MK,
        "index.ts": 'import { mk } from "./w";\nimport t from "./t.json";\nt.forEach(x => mk(x.n, x.p));',
    },
    "class": {
        "w.ts": f"{HEAD}export class C {{ constructor(n, p) {{ new aws.lb.ListenerRule(n, {{ priority: p, {REST} }}) }} }}",
        "index.ts": 'import { C } from "./w";\nnew C("a", 1);',
    },
    "instance of another file": {
        "w.ts": f"{HEAD}export class C {{ mk(n, p) {{ new aws.lb.ListenerRule(n, {{ priority: p, {REST} }}) }} }}",
        "c.ts": 'import { C } from "./w";\nexport const c = new C();',
        "index.ts": 'import { c } from "./c";\nc.mk("a", 1);',
    },
    "helper of another file": {
        "w.ts": HEAD + MK,
        "h.ts": 'import { mk } from "./w";\nexport const one = n => mk(n, 1);',
        "index.ts": 'import { one } from "./h";\none("a");',
    },
    "circle": {
        "a.ts": HEAD + 'import { go } from "./b";\nexport const P = 1;\n' + MK + "go();",
        "b.ts": 'import { mk, P } from "./a";\nexport function go() { mk("a", P) }',
    },
    "outside of the folder of Pulumi.yaml": {
        "infra/lib/package.json": "{}",
        "infra/package.json": "{}",
        "infra/lib/w.ts": HEAD + MK,
        "infra/aws/Pulumi.yaml": "name: x\nruntime: nodejs\n",
        "infra/aws/index.ts": 'import { mk } from "../lib/w";\nmk("a", 1);',
    },
}


@pytest.mark.parametrize("files", IMPORTS.values(), ids=IMPORTS)
def test_wrappers_of_other_files(tmp_path, files):
    reading = read(tmp_path, files)
    assert (lines(reading), reading.gaps) == (["a 1 path=/a"], ())


@pytest.mark.parametrize("name", ["index.ts", "lib/w.ts", "other.ts"])
def test_any_file_of_a_program_gives_all_of_it(tmp_path, name):
    files = {
        "package.json": "{}",
        "lib/w.ts": HEAD + MK,
        "other.ts": f'{HEAD}export function own() {{ new aws.lb.ListenerRule("own", {{ priority: 3, {REST} }}) }}',
        "index.ts": 'import "@pulumi/pulumi";\nimport { mk } from "./lib/w";\nimport { own } from "./other";\nmk("a", 1);\nmk("b", 2);\nown();',
    }
    reading = read(tmp_path, files, only=name)
    assert lines(reading) == ["a 1 path=/a", "b 2 path=/a", "own 3 path=/a"]
    assert reading.files == ("index.ts", "lib/w.ts", "other.ts")


def test_a_file_that_shares_but_a_name_is_not_of_the_program(tmp_path):
    stranger = f'{HEAD}function mk(n) {{ new aws.lb.ListenerRule(n, {{ priority: 9, {REST} }}) }}\nmk("stranger");'
    files = {"package.json": "{}", "w.ts": HEAD + MK, "index.ts": 'import { mk } from "./w";\nmk("a", 1);', "stranger.ts": stranger}
    assert lines(read(tmp_path, files, only="w.ts")) == ["a 1 path=/a"]


NOT_OF_IT = [
    "index.test.ts",
    "index.spec.ts",
    "__tests__/x.ts",
    "types.d.ts",
    "node_modules/x/index.ts",
    "dist/index.js",
    "bin/index.js",
    "w.js",
]


@pytest.mark.parametrize("name", NOT_OF_IT)
def test_tests_types_packages_and_what_is_compiled_are_not_of_the_program(tmp_path, name):
    up = "../" * name.count("/")
    files = {"package.json": "{}", "w.ts": HEAD + MK, "index.ts": 'import { mk } from "./w";\nmk("a", 1);'}
    more = f'import {{ mk }} from "./{up}w";\nmk("other", 2);\n'
    assert lines(read(tmp_path, files | {name: more}, only="w.ts")) == ["a 1 path=/a"]


def test_an_import_that_only_a_compiler_resolves_is_a_gap(tmp_path):
    files = {
        "package.json": '{"dependencies": {"lodash": "^4"}}',
        "lib/w.ts": HEAD + MK,
        "index.ts": 'import { mk } from "@lib/w";\nmk("a", 1);',
        "other.ts": 'import { mk } from "lodash";\nimport "./lib/w";\nmk("b", 2);',
        "third.ts": 'import { mk } from "./lib/w";\nmk("c", 3);',
    }
    reading = read(tmp_path, files)
    assert lines(reading) == ["c 3 path=/a"]
    assert reasons(reading) == ["mk: imported from @lib/w; it may make rules"]


def test_one_listener_by_several_roads_has_one_id(tmp_path):
    files = {
        "net.ts": f'{HEAD}export const https = new aws.lb.Listener("https", {{}});\nexport const listener = () => https;',
        "w.ts": HEAD + "export function mk(n, p, l) { new aws.lb.ListenerRule(n, { listenerArn: l.arn, priority: p }) }",
        "index.ts": (
            'import { mk } from "./w";\nimport { https, listener } from "./net";\nimport * as net from "./net";\n'
            'mk("a", 1, https); mk("b", 2, net.https); mk("c", 3, listener()); const { https: again } = net; mk("d", 4, again);'
        ),
    }
    (found,) = read(tmp_path, files).listeners
    assert (found.id, [rule.name for rule in found.rules]) == ("aws.lb.Listener:https", ["a", "b", "c", "d"])


REFERENCES = {
    "equal names that are declared nowhere": ("mk('a', httpsListener);", "mk('b', httpsListener);", ["httpsListener.arn"]),
    "equal origins under two names": (
        "const one = new pulumi.Config().require('l'); mk('a', one);",
        "const two = new pulumi.Config().require('l'); mk('b', two);",
        ["one.arn"],
    ),
    "one name for two origins": (
        "const l = create(1); mk('a', l);",
        "const l = create(2); mk('b', l);",
        ["l.arn (create(1).arn)", "l.arn (create(2).arn)"],
    ),
    "different config": (
        "const l = new pulumi.Config().require('x'); mk('a', l);",
        "const l = new pulumi.Config('ns').require('x'); mk('b', l);",
        ['l.arn (new pulumi.Config("ns").get("x").arn)', 'l.arn (new pulumi.Config().get("x").arn)'],
    ),
}


@pytest.mark.parametrize(("one", "other", "ids"), REFERENCES.values(), ids=REFERENCES)
def test_references_in_two_files_of_a_project(tmp_path, one, other, ids):
    head = 'import * as pulumi from "@pulumi/pulumi";\nimport { mk } from "./w";\n'
    wrapper = HEAD + "export function mk(n, l) { new aws.lb.ListenerRule(n, { listenerArn: l.arn, priority: 1 }) }"
    reading = read(tmp_path, {"package.json": "{}", "w.ts": wrapper, "a.ts": head + one, "b.ts": head + other})
    assert [listener.id for listener in reading.listeners] == ids


def test_equal_references_of_two_projects_are_two_listeners(tmp_path):
    program = f'{HEAD}if (stack === "p") new aws.lb.ListenerRule("a", {{ listenerArn: httpsListener.arn, priority: 1 }});'
    literal = program.replace("httpsListener.arn", '"arn:l"')
    files = {
        f"{folder}/{name}": text
        for folder in ("one", "two")
        for name, text in (("Pulumi.yaml", "name: x"), ("index.ts", program), ("b.ts", literal))
    }
    reading = read(tmp_path, files)
    assert [listener.id for listener in reading.listeners] == ["arn:l", "one:httpsListener.arn", "two:httpsListener.arn"]
    shared = reading.listeners[0].rules
    assert [(rule.id, rule.presence) for rule in shared] == [
        ("a", (('one: stack === "p"', True),)),
        ("a#2", (('two: stack === "p"', True),)),
    ]


def test_names_are_those_the_user_gives(tmp_path):
    files = {"sub/lib/w.ts": HEAD + MK, "sub/index.ts": 'import { mk } from "./lib/w";\nmk("a", 1);', "sub/package.json": "{}"}
    read(tmp_path, files)
    for name, wanted in (
        ("sub/lib/w.ts", "sub/index.ts"),
        ("w.ts", "../index.ts"),
        (str(tmp_path / "sub/lib/w.ts"), str(tmp_path / "sub/index.ts")),
    ):
        reading = SOURCE.read([Target(name, tmp_path / "sub/lib/w.ts", (HEAD + MK).encode(), roots=(str(tmp_path),))], ReadOptions())
        assert [rule.location.file for rule in rules(reading)] == [wanted]


def test_standard_input_is_one_file(tmp_path):
    data = f'{HEAD}import {{ other }} from "./other";\n{PLAIN}mk("a", 1);'.encode()
    target = Target("-", None, data)
    assert SOURCE.accepts(target)
    assert lines(SOURCE.read([target], ReadOptions())) == ["a 1 path=/a"]


ACCEPTED = [
    ("index.ts", HEAD, True),
    ("index.js", 'const aws = require("@pulumi/aws")', True),
    ("index.mjs", 'import { lb } from "@pulumi/aws"', True),
    ("sst.config.ts", "new aws.lb.ListenerRule()", True),
    ("index.ts", 'import * as cdk from "aws-cdk-lib"; new elbv2.ApplicationListenerRule()', False),
    ("index.ts", 'import * as cdk from "aws-cdk-lib"; aws.lb.ListenerRule', False),
    ("index.ts", "export const x = 1", False),
    ("index.d.ts", HEAD, False),
    ("node_modules/x/index.ts", HEAD, False),
    ("index.test.ts", HEAD, False),
    ("index.py", HEAD, False),
    ("Pulumi.yaml", "resources:\n  a:\n    type: aws:lb:ListenerRule\n", True),
    ("main.yml", "resources:\n  a:\n    type: aws:lb/listenerRule:ListenerRule\n", True),
    ("Pulumi.yaml", "name: x\nruntime: nodejs\n", False),
    ("template.yaml", "Resources:\n  A:\n    Type: AWS::ElasticLoadBalancingV2::ListenerRule\n", False),
]


@pytest.mark.parametrize(("name", "text", "wanted"), ACCEPTED)
def test_which_files_are_of_pulumi(name, text, wanted):
    assert SOURCE.accepts(Target(name, Path("/nowhere") / name, text.encode())) is wanted


def test_a_named_file_of_a_pulumi_project_need_not_mention_pulumi(tmp_path):
    (tmp_path / "Pulumi.yaml").write_text("name: x\nruntime: nodejs\n")
    path = tmp_path / "embed.ts"
    data = b'import { mk } from "./w";\nmk("a", 1);'
    assert SOURCE.accepts(Target("embed.ts", path, data))
    assert not SOURCE.accepts(Target("embed.ts", path, data, named=False))
