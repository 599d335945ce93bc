"""Where imports lead that are no paths: to what a tsconfig.json, a package.json or the workspace says; else a gap."""

import json

import pytest

from pulumi_programs import HEAD, REST, lines, read

MAKES = f"{HEAD}export const mk = (n: string, p: number) => new aws.lb.ListenerRule(n, {{ priority: p, {REST} }});\n"
WORKSPACE = json.dumps({"name": "root", "workspaces": ["packages/*"]})


def infra(**more: object) -> str:
    return json.dumps({"name": "@acme/infra", **more})


def use(source: str) -> str:
    return f'import {{ mk }} from "{source}";\nmk("a", 1);\n'


FOUND = {
    "paths": {"tsconfig.json": '{ "compilerOptions": { "paths": { "~/*": ["./src/*"] } } }', "src/mk.ts": MAKES, "index.ts": use("~/mk")},
    "paths with comments and commas": {
        "tsconfig.json": '{ // own\n "compilerOptions": { /* b */ "baseUrl": "src", "paths": { "@lib/*": ["lib/*",], }, }, }',
        "src/lib/mk.ts": MAKES,
        "index.ts": use("@lib/mk"),
    },
    "paths of a base": {
        "tsconfig.json": '{ "extends": "./tsconfig.base" }',
        "tsconfig.base.json": '{ "compilerOptions": { "paths": { "mk": ["./lib/mk.ts"] } } }',
        "lib/mk.ts": MAKES,
        "app/index.ts": use("mk"),
    },
    "baseUrl": {"tsconfig.json": '{ "compilerOptions": { "baseUrl": "./src" } }', "src/lib/mk.ts": MAKES, "index.ts": use("lib/mk")},
    "imports of a package": {
        "package.json": '{ "imports": { "#routes/*": "./src/routes/*.js" } }',
        "src/routes/mk.ts": MAKES,
        "index.ts": use("#routes/mk"),
    },
    "imports by condition": {
        "package.json": '{ "imports": { "#mk": { "types": "./src/mk.d.ts", "default": "./dist/mk.js" } } }',
        "src/mk.ts": MAKES,
        "index.ts": use("#mk"),
    },
    "a workspace": {
        "package.json": WORKSPACE,
        "packages/infra/package.json": infra(main="dist/index.js"),
        "packages/infra/src/index.ts": MAKES,
        "packages/app/package.json": "{}",
        "packages/app/index.ts": use("@acme/infra"),
    },
    "a file of a package": {
        "package.json": WORKSPACE,
        "packages/infra/package.json": infra(exports={"./rules": "./dist/rules.js"}),
        "packages/infra/src/rules.ts": MAKES,
        "packages/app/index.ts": use("@acme/infra/rules"),
    },
    "a workspace of pnpm": {
        "package.json": "{}",
        "pnpm-workspace.yaml": 'packages:\n  - "libs/**"\n',
        "libs/infra/package.json": infra(),
        "libs/infra/index.ts": MAKES,
        "app/index.ts": use("@acme/infra"),
    },
    "a folder as a package": {
        "app/package.json": '{ "dependencies": { "@acme/infra": "file:../infra" } }',
        "infra/package.json": infra(),
        "infra/index.ts": MAKES,
        "app/index.ts": use("@acme/infra"),
    },
    "require": {"mk.ts": MAKES, "index.ts": 'const { mk } = require("./mk");\nmk("a", 1);\n'},
    "import and require": {"mk.ts": MAKES, "index.ts": 'import made = require("./mk");\nmade.mk("a", 1);\n'},
    "an import that is a call": {
        "mk.ts": MAKES,
        "index.ts": 'export = async () => { const { mk } = await import("./mk"); mk("a", 1); };\n',
    },
    "what a script exports": {
        "mk.js": MAKES.replace("export const mk = ", "exports.mk = ").replace(": string", "").replace(": number", ""),
        "index.ts": use("./mk"),
    },
}


@pytest.mark.parametrize("files", FOUND.values(), ids=FOUND)
def test_an_import_leads_to_a_file_of_the_program(tmp_path, files):
    (tmp_path / ".git").mkdir()
    reading = read(tmp_path, files)
    assert (lines(reading), reading.gaps) == (["a 1 path=/a"], ())


NOT_FOUND = {
    "out of the repository": {"tsconfig.json": '{ "compilerOptions": { "paths": { "mk": ["../../other/mk"] } } }', "index.ts": use("mk")},
    "no such package": {"package.json": WORKSPACE, "index.ts": use("@acme/infra")},
    "a config that extends itself": {"tsconfig.json": '{ "extends": "./tsconfig.json" }', "index.ts": use("~/mk")},
    "a config that is no object": {"tsconfig.json": "[1]", "package.json": "nothing", "index.ts": use("#mk")},
}


@pytest.mark.parametrize("files", NOT_FOUND.values(), ids=NOT_FOUND)
def test_an_import_that_leads_nowhere_makes_no_rules(tmp_path, files):
    folder = tmp_path / "a" / "b"
    (folder / ".git").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mk.ts").write_text(MAKES)
    beside = {"rest.ts": f'{HEAD}new aws.lb.ListenerRule("r", {{ priority: 9, {REST} }});'}
    assert lines(read(folder, {**files, **beside})) == ["r 9 path=/a"]
