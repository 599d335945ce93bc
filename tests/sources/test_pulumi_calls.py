"""Rules made by functions and classes of the program: followed from argument to parameter to property, located at the call."""

import pytest

from alb_lint.model import Unknown
from alb_lint.sources.source import ReadOptions
from pulumi_programs import FORWARD, HEAD, LISTENER, PATH, REST, WRAPPER, lines, one_line, read, reasons, rules

QA, QB = '"a"', '"b"'


def made(priority: str, name: str = "n") -> str:
    """A construction with that priority."""
    return f"new aws.lb.ListenerRule({name}, {{ priority: {priority}, {REST} }})"


WRAPPERS = {
    "positional": (f"function mk(n, p) {{ {made('p')} }}", 'mk("a", 1)'),
    "arrow with an expression": (f"const mk = (n, p) => {made('p')};", 'mk("a", 1)'),
    "one parameter without parentheses": (f"const mk = n => {made('1')};", 'mk("a")'),
    "function expression": (f"const mk = function (n, p) {{ return {made('p')} }};", 'mk("a", 1)'),
    "async": (f"async function mk(n, p) {{ await x; return {made('p')} }}", 'await mk("a", 1)'),
    "object parameter": (f"function mk(o) {{ {made('o.listenerPriority', 'o.name')} }}", 'mk({ name: "a", listenerPriority: 1 })'),
    "destructured": (f"function mk({{ n, p }}) {{ {made('p')} }}", 'mk({ n: "a", p: 1 })'),
    "renamed": (f"function mk({{ n, lbRulePriority: p }}) {{ {made('p')} }}", 'mk({ n: "a", lbRulePriority: 1 })'),
    "nested": (f"function mk({{ n, alb: {{ rule: {{ p }} }} }}) {{ {made('p')} }}", 'mk({ n: "a", alb: { rule: { p: 1 } } })'),
    "default": (f"function mk(n, p = 1) {{ {made('p')} }}", 'mk("a")'),
    "destructured default": (f"function mk({{ n, p = 1 }}: any = {{}}) {{ {made('p')} }}", 'mk({ n: "a" })'),
    "whole default": (f"function mk(n, {{ p }} = {{ p: 1 }}) {{ {made('p')} }}", 'mk("a")'),
    "rest object": (f"function mk({{ n, ...r }}) {{ {made('r.p')} }}", 'mk({ n: "a", p: 1 })'),
    "rest arguments": (f"function mk(n, ...r) {{ {made('r[0]')} }}", 'mk("a", 1)'),
    "spread arguments": (f"function mk(n, p) {{ {made('p')} }}", 'mk(...["a", 1])'),
    "list pattern": (f"function mk([n, p]) {{ {made('p')} }}", 'mk(["a", 1])'),
    "typed": (f"function mk<T>(n: string, p: number, ...o: T[]): void {{ {made('p')} }}", 'mk<string>("a", 1)'),
    "local copy": (f"function mk(n, o) {{ const {{ p }} = o; const q = p; {made('q')} }}", 'mk("a", { p: 1 })'),
    "inner function": (f"function mk(n, p) {{ const inner = () => {made('p')}; inner() }}", 'mk("a", 1)'),
    "through another": (f"function in_(n, p) {{ {made('p')} }}\nfunction mk(o) {{ in_(o.n, o.p) }}", 'mk({ n: "a", p: 1 })'),
    "method of an object": (f"const api = {{ mk(n, p) {{ {made('p')} }} }};", 'api.mk("a", 1)'),
    "function in an object": (f"const api = {{ make: {{ mk: (n, p) => {made('p')} }} }};", 'api.make.mk("a", 1)'),
    "alias": (f"function x(n, p) {{ {made('p')} }}\nconst mk = x;", 'mk("a", 1)'),
    "class": (f"class Mk {{ constructor(n, p) {{ {made('p')} }} }}", 'new Mk("a", 1)'),
    "class with a method": (
        f"class Mk {{ constructor(private n, private p) {{ this.go() }} go() {{ {made('this.p', 'this.n')} }} }}",
        'new Mk("a", 1)',
    ),
    "class with fields": (
        f"class Mk {{ p: number; r = this.go(); constructor(n, o) {{ this.p = o.p; {made('this.p')} }} go() {{}} }}",
        'new Mk("a", { p: 1 })',
    ),
    "component": (
        f'class Mk extends pulumi.ComponentResource {{ constructor(n, o, opts?) {{ super("x:y:Z", n, {{}}, opts); {made("o.p")} }} }}',
        'new Mk("a", { p: 1 }, {})',
    ),
    "subclass": (
        f"class B {{ constructor(n, p) {{ {made('p')} }} }}\nclass Mk extends B {{ constructor(n) {{ super(n, 1) }} }}",
        'new Mk("a")',
    ),
    "subclass without a constructor": (f"class B {{ constructor(n, p) {{ {made('p')} }} }}\nclass Mk extends B {{}}", 'new Mk("a", 1)'),
    "overridden method": (
        f"abstract class B {{ constructor(n) {{ {made('this.p()')} }} p() {{ return 2 }} }}\nclass Mk extends B {{ p() {{ return 1 }} }}",
        'new Mk("a")',
    ),
    "subclass of the rule": (
        f"class Mk extends aws.lb.ListenerRule {{ constructor(n, p) {{ super(n, {{ priority: p, {REST} }}) }} }}",
        'new Mk("a", 1)',
    ),
    "static method": (f"class C {{ static mk(n, p) {{ {made('p')} }} }}", 'C.mk("a", 1)'),
    "method by method": (f"class C {{ mk(n, p) {{ {made('p')}; return this }} }}\nconst c = new C();", 'c.mk("a", 1)'),
}


@pytest.mark.parametrize(("declaration", "call"), WRAPPERS.values(), ids=WRAPPERS)
def test_one_call_of_a_wrapper_is_one_rule(tmp_path, declaration, call):
    reading = read(tmp_path, {"index.ts": f"{HEAD}{declaration}\n{call};\n"})
    assert (lines(reading), reading.gaps) == (["a 1 path=/a"], ())


LOCATED = [
    "positional",
    "object parameter",
    "destructured",
    "rest arguments",
    "through another",
    "class",
    "component",
    "subclass without a constructor",
]


@pytest.mark.parametrize("name", LOCATED)
def test_a_rule_stands_at_the_call_that_decides_it(tmp_path, name):
    declaration, call = WRAPPERS[name]
    (rule,) = rules(read(tmp_path, {"index.ts": f"{HEAD}{declaration}\n  {call};\n"}))
    assert (rule.location.line, rule.location.column) == (4 + declaration.count("\n"), 3)


def test_a_function_that_makes_several_rules_is_no_wrapper_of_one(tmp_path):
    source = f'{HEAD}{WRAPPER}function all(l: any, base: number) {{\n  rule("a", base, "/a", l);\n  rule("b", base + 1, "/b", l);\n}}\nall(x, 10);\n'
    found = rules(read(tmp_path, {"index.ts": source}))
    assert [(rule.priority, rule.location.line, rule.location.column) for rule in found] == [(10, 10, 3), (11, 11, 3)]


def test_a_rule_that_no_argument_decides_stands_where_it_is_constructed(tmp_path):
    source = f"{HEAD}function main() {{\n  {made('5', QA)};\n}}\nmain();\n"
    (rule,) = rules(read(tmp_path, {"index.ts": source}))
    assert (rule.location.line, rule.location.column) == (4, 3)


def test_a_call_in_a_chain_stands_at_its_own_name(tmp_path):
    source = f'{HEAD}class C {{ mk(n, p) {{ {made("p")}; return this }} }}\nnew C()\n  .mk("a", 1)\n  .mk("b", 2);\n'
    assert [rule.location.line for rule in rules(read(tmp_path, {"index.ts": source}))] == [5, 6]


def test_a_parameter_that_never_reaches_the_rule_is_not_trusted(tmp_path):
    source = (
        f"{HEAD}interface Args {{ listenerPriority: number; host: string }}\n"
        "class ContainerService {\n  constructor(name: string, args: Args) {\n"
        f'    new aws.lb.ListenerRule(name, {{ listenerArn: "arn:l", conditions: [{{ hostHeader: {{ values: [args.host] }} }}], {FORWARD} }});\n'
        '  }\n}\nnew ContainerService("one", { listenerPriority: 1, host: "a.b" });\n'
        'new ContainerService("two", { listenerPriority: 1, host: "c.d" });\n'
    )
    reading = read(tmp_path, {"index.ts": source})
    assert lines(reading) == ["one ? host=a.b", "two ? host=c.d"]
    assert all(isinstance(rule.priority, Unknown) and rule.priority_site is None for rule in rules(reading))


UNCALLED = {
    "exported": (f"export function mk(n, p) {{ {made('p')} }}", ["function mk"], []),
    "only by another that nobody calls": (
        f"function mk(n, p) {{ {made('p')} }}\nexport const all = () => {{ mk('a', 1); mk('b', 2) }}",
        ["function all"],
        [1, 2],
    ),
    "class": (f"export class Mk {{ constructor(n) {{ {made('1')} }} }}", ["class Mk"], [1]),
    "method": (f"export class Mk {{ add(n) {{ {made('1')} }} }}\nnew Mk();", ["function add"], [1]),
    "default": (f"export default function (n) {{ {made('1')} }}", ["function exported as default"], [1]),
    "two": (
        f"export function one(n) {{ {made('1')} }}\nexport function two(n) {{ {made('2')} }}",
        ["function one", "function two"],
        [1, 2],
    ),
    "circle": (f"export function one(n) {{ two(n) }}\nfunction two(n) {{ if (n) one(n - 1); {made('1')} }}", ["function one"], [1, 1, 1]),
}


@pytest.mark.parametrize(("source", "names", "numbers"), UNCALLED.values(), ids=UNCALLED)
def test_what_is_never_called_is_a_gap_and_judged_by_itself(tmp_path, source, names, numbers):
    """Its numbers are told as far as no argument decides them; each function has listeners of its own."""
    reading = read(tmp_path, {"index.ts": f"{HEAD}{source}\n"})
    told = [rule for one in reading.listeners for rule in one.rules if isinstance(rule.priority, int)]
    assert sorted(rule.priority for rule in told) == numbers
    assert all(("is called" in str(rule.presence)) for rule in told)
    assert len(reading.listeners) <= len(names)
    verb = {"class": "constructed"}
    wanted = [f"rule constructed in {name}, never {verb.get(name.split()[0], 'called')} in the files read" for name in names]
    assert [reason for reason in reasons(reading) if "calls itself" not in reason] == wanted


def test_what_only_looks_like_a_wrapper_is_no_gap(tmp_path):
    source = f'{HEAD}class R {{ add(n, p) {{ {made("p")} }} }}\nfunction other(s: Set<string>) {{ s.add("x") }}\nnew R().add("a", 1);\n'
    reading = read(tmp_path, {"index.ts": source})
    assert (lines(reading), reading.gaps) == (["a 1 path=/a"], ())


UNFOLLOWED = {
    "bound": ('const f = rule.bind(null, "x"); f(1, "/x", l);', "rule.bind: called in a way that is not followed; it may make rules"),
    "by an unknown key": ('const t = [rule]; t[k]("x", 1, "/x", l);', "t[k]: called in a way that is not followed; it may make rules"),
    "handed to unknown code": (
        'each([["x", 1]], ([n, p]) => rule(n, p, "/x", l));',
        "called by code that is not read, once or often: its rules are shown once",
    ),
}


@pytest.mark.parametrize(("call", "reason"), UNFOLLOWED.values(), ids=UNFOLLOWED)
def test_a_call_that_cannot_be_followed_is_a_gap(tmp_path, call, reason):
    reading = read(tmp_path, {"index.ts": f'{HEAD}{WRAPPER}rule("a", 5, "/a", l);\n{call}\n'})
    assert "a 5 path=/a" in lines(reading)
    assert reasons(reading) == [reason]


def test_either_of_two_functions(tmp_path):
    source = f'{HEAD}function one(n) {{ {made("1")} }}\nfunction two(n) {{ {made("2")} }}\n(stack === "p" ? one : two)("a");\n'
    assert lines(read(tmp_path, {"index.ts": source})) == ['a 1 path=/a if stack === "p"', 'a 2 path=/a if not stack === "p"']


CALLBACKS = {
    "program of the automation API": f"LocalWorkspace.createStack({{ program: async () => {{ {made('1', QA)} }} }});",
    "whole export": f"export = async () => {{ {made('1', QA)} }};",
    "module.exports": f"module.exports = async () => {{ {made('1', QA)} }};",
    "immediately": f"(async () => {{ {made('1', QA)} }})();",
    "main": f"const main = () => {{ {made('1', QA)} }};\nmain();",
    "output": f"x.arn.apply(a => {made('1', QA)});",
    "promise": f"load().then(a => {made('1', QA)});",
    "own function": f'function withListener(f) {{ f("a") }}\nwithListener(n => {made("1")});',
    "own function by name": f'const mk = n => {made("1")};\nfunction twice(f, n) {{ f(n) }}\ntwice(mk, "a");',
}


@pytest.mark.parametrize("source", CALLBACKS.values(), ids=CALLBACKS)
def test_functions_that_are_called_by_others(tmp_path, source):
    reading = read(tmp_path, {"index.ts": f"{HEAD}{source}\n"})
    assert (lines(reading), reading.gaps) == (["a 1 path=/a"], ())


SITES = {
    "in the construction": (made("123", '"a"'), "123"),
    "at the call": (f"function mk(p) {{ {made('p', QA)} }}\nmk(123);", "123"),
    "in an argument object": (f'function mk(o) {{ {made("o.p", QA)} }}\nmk({{ é: "ü", p: 123 }});', "123"),
    "in a constant": (f"const P = 123;\n{made('P', QA)}", "123"),
    "in a table": (f"const T = {{ a: {{ p: 123 }}, b: 1 }};\n{made('T.a.p', QA)}", "123"),
    "as a text": (made('"123"', '"a"'), "123"),
    "in another base": (made("0x7b", '"a"'), "0x7b"),
    "in a list that is looped over": (f"for (const p of [123]) {made('p', QA)};", "123"),
    "an expression lies between": (made("100 + 23", '"a"'), None),
    "a conversion lies between": (made("Number('123')", '"a"'), None),
    "it serves two rules": (f"const P = 123;\n{made('P', QA)};\n{made('P', QB)}", None),
    "it serves a sum": (f"const P = 123;\n{made('P', QA)};\n{made('P + 1', QB)}", None),
    "it is an enum that counts": (f"enum E {{ A = 123, B }}\n{made('E.A', QA)};\n{made('E.B', QB)}", None),
    "it serves both ways of a branch": (
        f"function mk(p) {{ if (x) {made('p', QA)}; else {made('p', QB)} }}\nmk(123);",
        None,
    ),
}


@pytest.mark.parametrize(("source", "text"), SITES.values(), ids=SITES)
def test_the_place_of_the_number(tmp_path, source, text):
    data = f"{HEAD}// ünïcödé\n{source};\n".encode()
    (rule, *_) = rules(read(tmp_path, {"index.ts": data}))
    assert rule.priority == 123
    site = rule.priority_site
    if text is None:
        assert site is None
        return
    assert site is not None
    assert data[site.offset : site.offset + site.length].decode() == site.text == text
    line = data.decode().split("\n")[site.line - 1]
    assert line[site.column - 1 :].startswith(text)
    assert site.file == "index.ts"


IGNORES = {
    "above": (f"// alb-lint: ignore[ALB101] why\n{made('1', QA)};", [(("ALB101",), "why")]),
    "above, several lines": (
        f"// alb-lint: ignore[ALB101] one\n/* alb-lint: ignore[ALB102] two */\n{made('1', QA)};",
        [(("ALB101",), "one"), (("ALB102",), "two")],
    ),
    "inside": (
        f'new aws.lb.ListenerRule("a", {{\n  // alb-lint: ignore[ALB101,ALB102] both\n  priority: 1, {REST} }});',
        [(("ALB101", "ALB102"), "both")],
    ),
    "behind": (f"{made('1', QA)}; // alb-lint: ignore[ALB101] why", [(("ALB101",), "why")]),
    "without a reason": (f"// alb-lint: ignore[ALB101]\n{made('1', QA)};", [(("ALB101",), "")]),
    "at the call": (f"function mk(n, p) {{ {made('p')} }}\n// alb-lint: ignore[ALB101] call\nmk('a', 1);", [(("ALB101",), "call")]),
    "in the wrapper": (f"function mk(n, p) {{\n  // alb-lint: ignore[ALB101] all\n  {made('p')} }}\nmk('a', 1);", [(("ALB101",), "all")]),
    "too far above": (f"// alb-lint: ignore[ALB101] why\n\n{made('1', QA)};", []),
    "behind something else": (f"const x = 1; // alb-lint: ignore[ALB101] why\n{made('1', QA)};", []),
    "in a text": (f'new aws.lb.ListenerRule("a", {{ tags: {{ t: "// alb-lint: ignore[ALB101] no" }}, priority: 1, {REST} }});', []),
}


@pytest.mark.parametrize(("source", "wanted"), IGNORES.values(), ids=IGNORES)
def test_suppressions(tmp_path, source, wanted):
    (rule,) = rules(read(tmp_path, {"index.ts": f"{HEAD}{source}\n"}))
    assert [(ignore.codes, ignore.reason) for ignore in rule.ignores] == wanted


TOLD = {
    "createService": {
        "0": "name",
        "listenerPriority": "priority",
        "routing.paths": "paths",
        "methods": "methods",
        "listener": "listenerArn",
    }
}
CALL = 'createService("svc", { listenerPriority: 5, routing: { paths: ["/s/*"] }, methods: "GET", listener: httpsListener.arn });\n'


def test_a_function_that_cannot_be_read_is_explained_by_the_configuration(tmp_path):
    source = f'{HEAD}import {{ createService }} from "@acme/infra";\n{CALL}'
    reading = read(tmp_path, {"index.ts": source}, ReadOptions(wrappers=TOLD), only="index.ts")
    (listener,) = reading.listeners
    (rule,) = listener.rules
    assert (listener.id, one_line(rule), rule.location.line) == ("httpsListener.arn", "svc 5 method=GET path=/s/*", 4)
    assert rule.priority_site is not None


def test_a_function_that_can_be_read_is_not_explained_by_the_configuration(tmp_path):
    source = f"{HEAD}function createService(n, o) {{ {made('7')} }}\n{CALL}"
    assert lines(read(tmp_path, {"index.ts": source}, ReadOptions(wrappers=TOLD))) == ["svc 7 path=/a"]


def test_what_the_configuration_does_not_tell_is_unknown(tmp_path):
    source = f'{HEAD}{LISTENER}createService("svc", {{}});\n'
    reading = read(tmp_path, {"index.ts": source}, ReadOptions(wrappers={"createService": {"0": "name"}}), only="index.ts")
    assert lines(reading) == ["svc ? condition=?"]


def test_two_rules_of_one_name_have_ids_of_their_own(tmp_path):
    source = f"{HEAD}if (x) {made('1', QA)}; else {made('2', QA)};\n{made('3', QB)}"
    assert [rule.id for rule in rules(read(tmp_path, {"index.ts": source}))] == ["a", "a#2", "b"]


def test_tags(tmp_path):
    source = f'{HEAD}const t = {{ B: "2", A: "1", C: stack }};\nnew aws.lb.ListenerRule("a", {{ priority: 1, tags: {{ ...t }}, {PATH}, {FORWARD} }});'
    assert rules(read(tmp_path, {"index.ts": source}))[0].tags == (("A", "1"), ("B", "2"))
