"""Programs that nobody wrote to be read: all end soon, with what could be read and a word on what could not."""

import os
import random

import pytest

from alb_lint.errors import SourceError
from alb_lint.languages.typescript import walk
from alb_lint.languages.typescript.run import paths
from alb_lint.model import Unknown
from alb_lint.sources.pulumi import program
from pulumi_programs import HEAD, REST, WRAPPER, lines, read, reasons, rules
from running import inside

DEEP = 10_000
GOOD = 'rule("good", 1, "/good", l);\n'


def chain(count: int, part: str) -> str:
    return "".join(part.format(n=n, m=n + 1) for n in range(count))


READ = {
    "nested blocks": ("{" * DEEP + 'rule("x", 2, "/x", l);' + "}" * DEEP, "nested too deeply"),
    "nested ifs": ("if (a) {" * DEEP + 'rule("x", 2, "/x", l);' + "}" * DEEP, "nested too deeply"),
    "nested parentheses": ("const x = " + "(" * DEEP + "1" + ")" * DEEP + ";", ""),
    "nested lists": ("const x = " + "[" * DEEP + "1" + "]" * DEEP + ";", ""),
    "nested templates": ("const x = " + "`${" * 2000 + "1" + "}`" * 2000 + ";", ""),
    "nested callbacks": ("[1].forEach(() => {" * 500 + 'rule("x", 2, "/x", l);' + "})" * 500, "nested too deeply"),
    "a function that calls itself": ("function f(n) { rule(`r${n}`, n, '/x', l); f(n + 1) }\nf(10);", "a function that calls itself"),
    "functions that call each other": (
        "function f(n) { g(n) }\nfunction g(n) { rule('x', 2, '/x', l); f(n) }\nf(1);",
        "a function that calls itself",
    ),
    "a chain of functions": (
        chain(300, "function f{n}(x) {{ f{m}(x) }}\n") + "function f300(x) { rule('x', 2, '/x', l) }\nf0(1);",
        "more than 40 calls",
    ),
    "a chain of classes": (
        f"class C0 extends aws.lb.ListenerRule {{}}\n{chain(200, 'class C{m} extends C{n} {{}}' + chr(10))}new C200('x');",
        "more than 40 calls",
    ),
    "an unclosed call": ("rule('x', 2, '/x', l", "not readable as TypeScript"),
    "an unclosed block": ("if (x) { rule('x', 2, '/x', l);", "not readable as TypeScript"),
    "an error in the middle": ("const x = = 5;\n", "not readable as TypeScript: ="),
    "a loop that never ends": ("while (true) rule('x', 2, '/x', l);", "a loop over true"),
}


@pytest.mark.parametrize(("source", "gap"), READ.values(), ids=READ)
def test_what_is_sound_is_read_beside_what_is_not(tmp_path, source, gap):
    reading = read(tmp_path, {"index.ts": f"{HEAD}{WRAPPER}{GOOD}{source}\n"})
    assert "good 1 path=/good" in lines(reading)
    assert any(gap in reason for reason in reasons(reading)) if gap else reading.gaps == ()


VALUES = {
    "exponential recursion": "const fib = n => n < 2 ? n : fib(n - 1) + fib(n - 2);\nconst x = fib(40);",
    "text doubled": 'const s0 = "aaaaaaaaaa";' + chain(60, "const s{m} = s{n} + s{n};") + "const x = s60;",
    "list doubled": "const s0 = [1, 2];" + chain(60, "const s{m} = [...s{n}, ...s{n}];") + "const x = s60;",
    "object doubled": "const s0 = { a: 1 };" + chain(60, "const s{m} = {{ a: s{n}, b: s{n} }};") + "const x = s60;",
    "sum of choices": chain(60, "const s{n} = c{n} ? 1 : 2;") + "const x = " + " + ".join(f"s{n}" for n in range(60)) + ";",
    "chain of choices": "const x = " + "".join(f"a === {n} ? {n} : " for n in range(3000)) + "0;",
    "many returns": "function f() {" + chain(200, "if (q{n}) return {n};") + "return 0 }\nconst x = f();",
    "many writes": "let x = 0;" + "x = x + y;" * 3000,
    "long sum": "const x = " + " + ".join(["1"] * DEEP) + ";",
    "itself": "const x = y; const y = x;",
    "endless digits": "const x = " + "9" * 5000 + ";",
    "endless exponent": "const x = 1e999999;",
}


@pytest.mark.parametrize("source", VALUES.values(), ids=VALUES)
def test_a_value_that_takes_too_much_is_unknown(tmp_path, source):
    program = f'{HEAD}{WRAPPER}{GOOD}{source}\nnew aws.lb.ListenerRule("bad", {{ priority: x, {REST} }});'
    found = {rule.name: rule for rule in rules(read(tmp_path, {"index.ts": program}))}
    assert found["good"].priority == 1
    assert isinstance(found["bad"].priority, Unknown)


def test_rules_without_end_are_cut_short(tmp_path, monkeypatch):
    monkeypatch.setattr(walk, "RULES", 100)
    loops = "".join(f"for (let {name} = 0; {name} < 1000; {name}++) " for name in "abc")
    reading = read(tmp_path, {"index.ts": f'{HEAD}{WRAPPER}{loops}rule("x", a, "/x", l);'})
    assert len(rules(reading)) == 100
    assert reasons(reading) == ["it makes more than 100 rules: what comes after that is not read"]


def test_a_walk_without_end_is_cut_short(tmp_path, monkeypatch):
    monkeypatch.setattr(program, "STEPS", 20_000)
    fans = chain(40, "function f{n}(x) {{ f{m}(x); f{m}(x) }}\n") + "function f40(x) { if (x === 2) rule('x', 2, '/x', l) }\nf0(1);"
    reading = read(tmp_path, {"index.ts": f"{HEAD}{WRAPPER}{GOOD}{fans}"})
    assert lines(reading) == ["good 1 path=/good"]
    assert "index.ts: it takes too many steps to follow: what comes after that is not read" in [
        f"{g.location}: {g.reason}" for g in reading.gaps
    ]


def test_a_line_of_ten_megabytes_is_refused(tmp_path):
    with pytest.raises(SourceError, match="over 2 MB") as error:
        read(tmp_path, {"index.ts": HEAD + 'const x = "' + "a" * 10_000_000 + '"; new aws.lb.ListenerRule();'}, only="index.ts")
    assert (error.value.where, error.value.hint) == ("index.ts", "leave the file out, or give one that TypeScript accepts")


def test_a_large_file_beside_others_is_a_gap(tmp_path):
    large = HEAD + "/* ListenerRule */ const x = [" + "1," * 1_100_000 + "];"
    reading = read(tmp_path, {"index.ts": f"{HEAD}{WRAPPER}{GOOD}", "large.ts": large})
    assert lines(reading) == ["good 1 path=/good"]
    assert [(gap.location.file, gap.reason) for gap in reading.gaps] == [
        ("large.ts", "over 2 MB: generated or bundled code is not read; give its source instead")
    ]


TOKENS = ["{", "}", "(", ")", "[", "]", "=>", "...", '"', "`", "x", "1", ",", ";", " ", "\n", "const ", "function ", "<", ">"]


def test_text_that_the_parser_would_never_be_done_with_is_given_up(tmp_path):
    """Its search for the least error takes hours on some texts."""
    source = random.Random(1)
    broken = f"{HEAD}// ListenerRule\n" + "".join(source.choice(TOKENS) for _ in range(20_000))
    reading = read(tmp_path, {"index.ts": f"{HEAD}{WRAPPER}{GOOD}", "broken.ts": broken})
    assert lines(reading) == ["good 1 path=/good"]
    assert [(gap.location.file, gap.reason) for gap in reading.gaps] == [
        ("broken.ts", "not readable as TypeScript: too many errors to tell what is meant")
    ]


def test_bytes_of_any_kind_raise_nothing(tmp_path):
    data = f"{HEAD}{WRAPPER}{GOOD}".encode() + bytes(range(256)) * 500
    assert "good 1 path=/good" in lines(read(tmp_path, {"index.ts": data}))


@pytest.mark.parametrize("bom", [b"\xef\xbb\xbf", b""])
def test_a_byte_order_mark_moves_nothing(tmp_path, bom):
    data = bom + f"{HEAD}{WRAPPER}{GOOD}".encode()
    (rule,) = rules(read(tmp_path, {"index.ts": data}))
    assert rule.priority_site is not None
    assert data[rule.priority_site.offset :][:1] == b"1"


def test_imports_in_a_circle_end(tmp_path):
    files = {
        "a.ts": f'{HEAD}import {{ x }} from "./b";\nexport {{ x }};\nnew aws.lb.ListenerRule("a", {{ priority: x, {REST} }});',
        "b.ts": 'export { x } from "./a";\nexport * from "./a";',
    }
    assert lines(read(tmp_path, files)) == ["a ? path=/a"]


def test_links_in_a_circle_end(tmp_path):
    (tmp_path / "package.json").write_text("{}")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self.ts").symlink_to(tmp_path / "self.ts")
    files = {"w.ts": f"{HEAD}export {WRAPPER}", "index.ts": 'import { rule } from "./w";\nimport "./self";\nimport "./loop/w";\n' + GOOD}
    assert lines(read(tmp_path, files, only="w.ts")) == ["good 1 path=/good"]


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_files_that_may_not_be_read_are_passed_over(tmp_path):
    (tmp_path / "package.json").write_text("{}")
    (tmp_path / "secret.ts").write_text('import { rule } from "./w";\nrule("secret", 1, "/x", l);')
    (tmp_path / "secret.ts").chmod(0)
    assert lines(read(tmp_path, {"w.ts": f"{HEAD}{WRAPPER}{GOOD}"})) == ["good 1 path=/good"]


def test_an_import_does_not_lead_to_files_of_another_kind(tmp_path):
    (tmp_path / "passwd").write_text("export const p = 1;")
    source = f'{HEAD}import {{ p }} from "./passwd";\nimport {{ q }} from "../../../../../../../../etc/hostname";\n'
    assert lines(read(tmp_path, {"index.ts": f'{source}new aws.lb.ListenerRule("a", {{ priority: p, {REST} }});'})) == ["a ? path=/a"]


def test_the_same_input_gives_the_same_reading(tmp_path):
    files = {
        "w.ts": f"{HEAD}export {WRAPPER}",
        "b.ts": 'import { rule } from "./w";\nif (x) rule("b", 1, "/b", f(1));',
        "a.ts": 'import { rule } from "./w";\nrule("a", y, "/a", f(2));',
    }
    assert read(tmp_path, files) == read(tmp_path, files)


SHARED = 'import { rule } from "../shared/rule";\n'
"""Of a program that makes its rules by a function of all."""


def programs(folder) -> dict[str, str]:
    """Five programs of two rules each; the last one has a function that nobody calls."""
    files = {
        "package.json": "{}",
        "shared/rule.ts": HEAD + WRAPPER.replace("function", "export function").replace("listener.arn", "listener"),
    }
    for n in range(5):
        made = "".join(f'rule("r{n}{k}", {10 * n + k}, "/p{n}{k}", "arn:l");\n' for k in (1, 2))
        unused = 'function unused() { rule("u", 99, "/u", "arn:l") }\nexport { unused };\n' if n == 4 else ""
        files |= {f"p{n}/Pulumi.yaml": f"name: p{n}\nruntime: nodejs\n", f"p{n}/index.ts": SHARED + made + unused}
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return files


def test_programs_behind_as_many_rules_as_one_run_looks_at_are_told(tmp_path, monkeypatch):
    files = programs(tmp_path)
    whole = read(tmp_path, files)
    assert len(lines(whole)) == 11
    (unused,) = reasons(whole)
    monkeypatch.setattr(paths, "RULES_IN_A_RUN", 3)
    reading = read(tmp_path, files)
    assert lines(reading) == [line for line in lines(whole) if line.startswith(("r0", "r1"))]
    assert [listener.id for listener in reading.listeners] == [listener.id for listener in whole.listeners][:1]
    assert [gap.location.file for gap in reading.gaps] == ["p2/index.ts", "p3/index.ts", "p4/index.ts"]
    assert unused not in reasons(reading), "who calls a function of a program that was not run is not known"
    assert set(reasons(reading)) == {"not read, since the programs before it make 3 rules, as many as one run looks at: name fewer folders"}
    assert sorted(reading.files) == ["p0/index.ts", "p1/index.ts", "shared/rule.ts"]


def test_what_is_not_looked_at_of_many_programs_is_no_clean_run(tmp_path, monkeypatch):
    for n in range(5):
        (tmp_path / f"p{n}").mkdir()
        (tmp_path / f"p{n}/Pulumi.yaml").write_text(f"name: p{n}\nruntime: nodejs\n")
        made = "".join(f'rule("r{n}{k}", {10 * n + k}, "/p{n}{k}", {{ arn: "arn:l" }});\n' for k in (1, 2))
        (tmp_path / f"p{n}/index.ts").write_text(HEAD + WRAPPER + made)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(paths, "RULES_IN_A_RUN", 3)

    def said(*names: str) -> tuple[int, str]:
        ran = inside("check", *names, "--require-complete")
        return ran.code, " ".join(ran.out.split())

    code, told = said(".")
    assert code == 4
    assert "3 × not read, since the programs before it make 3 rules, as many as one run looks at: name fewer folders" in told
    assert "no findings in what could be read in 4 rules on 1 listener, 3 places not read" in told
    assert said("p4", "p3")[0] == 0
