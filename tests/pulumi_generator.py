"""Programs that make rules by the idioms that people use: each is closed but for `c0`, `c1`, `c2`, which the stack's config gives."""

import random
from collections.abc import Callable, Iterator
from itertools import count

HEAD = """import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { shared, take, step } from "./lib";
const config = new pulumi.Config();
const c0 = config.getBoolean("c0"), c1 = config.getBoolean("c1"), c2 = config.getBoolean("c2");
const listener = new aws.lb.Listener("edge", { port: 443 });
const web = new aws.lb.TargetGroup("web", {}), api = new aws.lb.TargetGroup("api", {});
let made = 0;
function mk(name: string, priority: any, path: any, group: any = web) {
  made++;
  const values = Array.isArray(path) ? path : [path];
  return new aws.lb.ListenerRule(name, { listenerArn: listener.arn, priority, conditions: [{ pathPattern: { values } }],
    actions: [{ type: "forward", targetGroupArn: group.arn }] });
}
"""

LIB = """let held = 500;
export const shared = { next: 700, paths: ["/s0", "/s1"] };
export function take() { return held++; }
export const step = (by: number) => { held += by; return held; };
"""

Body = Callable[[str, str, str], str]


class Writer:
    """Writes one program. Names are told apart by a number each."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.names = count()

    def name(self, stem: str = "v") -> str:
        return f"{stem}{next(self.names)}"

    def number(self, low: int = 1, high: int = 40) -> int:
        return self.random.randint(low, high)

    def condition(self) -> str:
        one, other = self.random.sample(["c0", "c1", "c2"], 2)
        return self.random.choice(
            [one, one, f"!{one}", f"{one} && {other}", f"{one} || {other}", f"!({one} || {other})", f"{one} === true"]
        )

    def rule(self, number: str, path: str = "", more: str = "") -> str:
        """A rule whose name holds an expression, so that each turn of a loop has its own."""
        name = self.name("r")
        told = path or f'"/{name}"'
        group = self.random.choice(["", ", api", f", {self.random.choice(['c0', 'c1'])} ? api : web"])
        return f"mk(`{name}{more}`, {number}, {told}{group});"

    def program(self) -> dict[str, str]:
        parts = [self.random.choice(STATEMENTS)(self, 2) for _ in range(self.random.randint(2, 5))]
        parts.append(self.rule("900 + made"))
        return {"index.ts": HEAD + "\n".join(parts) + "\n", "lib.ts": LIB}


def _nested(w: Writer, depth: int) -> str:
    return w.random.choice(STATEMENTS)(w, depth - 1) if depth > 0 else w.rule(str(w.number(1000, 2000)))


def counter(w: Writer, depth: int) -> str:
    n = w.name()
    by = w.random.choice([f"{n}++", f"++{n}", f"{n} += {w.number()}", f"({n} = {n} + {w.number()})"])
    between = _nested(w, depth) if w.random.random() < 0.3 else ""
    return f"let {n} = {w.number(100, 300)};\n{w.rule(by)}\n{between}\n{w.rule(by)}\n{w.rule(n)}"


def callback(w: Writer, depth: int) -> str:
    n, s = w.name(), w.name()
    rule = w.rule(n, f"`/{'${'}{s}{'}'}/*`", f"${{{s}}}")
    inner = _nested(w, 0) if w.random.random() < 0.2 and depth > 0 else ""
    del inner
    items = w.random.choice(
        ['["a", "b", "c"]', '["b", "a"].sort()', '"x-y-z".split("-")', '[..."pq"]', "Object.keys({ b: 1, 7: 2, 3: 3 })"]
    )
    return f"let {n} = {w.number(100, 400)};\n{items}.forEach({s} => {{ {rule} {n} += {w.number()}; }});"


def closure(w: Writer, depth: int) -> str:
    make, one, other = w.name(), w.name(), w.name()
    return (
        f"const {make} = (from: number, by = {w.number()}) => {{ let n = from; return {{ next: () => {{ n += by; return n; }}, peek: () => n }}; }};\n"
        f"const {one} = {make}({w.number(100, 200)}), {other} = {make}({w.number(300, 400)}, 5);\n"
        f"{w.rule(f'{one}.next()')}\n{w.rule(f'{other}.next()')}\n{w.rule(f'{one}.next()')}\n{w.rule(f'{one}.peek()')}"
    )


def allocator(w: Writer, depth: int) -> str:
    cls, one = w.name("C"), w.name()
    static = w.random.random() < 0.4
    if static:
        return (
            f"class {cls} {{ static n = {w.number(100, 300)}; static take() {{ return {cls}.n++; }} }}\n"
            f"{w.rule(f'{cls}.take()')}\n{w.rule(f'{cls}.take()')}\n{cls}.n = 50;\n{w.rule(f'{cls}.take()')}"
        )
    return (
        f"class {cls} {{ private n = {w.number(100, 300)}; constructor(private by = 1) {{}} take() {{ const v = this.n; this.n += this.by; return v; }}"
        f" get last() {{ return this.n; }} set last(v: number) {{ this.n = v; }} }}\n"
        f"const {one} = new {cls}({w.number()});\n{w.rule(f'{one}.take()')}\n{w.rule(f'{one}.take()')}\n{one}.last = 77;\n{w.rule(f'{one}.last')}"
    )


def inherited(w: Writer, depth: int) -> str:
    base, derived, one = w.name("B"), w.name("D"), w.name()
    return (
        f"class {base} {{ protected n = {w.number(100, 300)}; list: string[] = []; constructor(n?: number) {{ if (n) this.n = n; this.start(); }}\n"
        f" start() {{ this.n += 1; }} add(p: string) {{ this.list.push(p); return this; }} number() {{ return this.n + this.list.length; }} }}\n"
        f"class {derived} extends {base} {{ extra = 3; constructor(n: number) {{ super(n + 1); this.n += this.extra; }}"
        f" number() {{ return super.number() * 2; }} }}\n"
        f"const {one} = new {derived}({w.number(100, 200)}).add('/x').add('/y');\n{w.rule(f'{one}.number()', f'({one} as any).list')}\n"
        f"{w.rule(f'new {base}().number()')}"
    )


def component(w: Writer, depth: int) -> str:
    cls, one = w.name("K"), w.name()
    return (
        f"class {cls} extends pulumi.ComponentResource {{ private next: number; readonly all: any[] = [];\n"
        f" constructor(name: string, args: {{ from: number, paths: string[] }}, opts?: any) {{ super('x:y:{cls}', name, {{}}, opts); this.next = args.from;\n"
        f"  for (const p of args.paths) this.addRule(p); this.registerOutputs({{}}); }}\n"
        f" addRule(path: string) {{ this.all.push(mk(`{cls}-${{path.slice(1)}}-${{this.next}}`, this.next++, path)); return this; }} }}\n"
        f"const {one} = new {cls}('{one}', {{ from: {w.number(100, 300)}, paths: ['/k', '/l'] }});\n{one}.addRule('/m').addRule('/n');\n"
        f"{w.rule(f'{one}.all.length')}"
    )


def loops(w: Writer, depth: int) -> str:
    i, n = w.name("i"), w.name()
    rule = w.rule(f"{w.number(100, 900)} + {i} * 2", "", f"-${{{i}}}")
    total = w.random.randint(1, 4)
    return w.random.choice([
        f"for (let {i} = 0; {i} < {total}; {i}++) {{ {rule} }}",
        f"let {i} = 0; while ({i} < {total}) {{ {rule} {i}++; }}",
        f"let {i} = 0; do {{ {rule} {i} += 2; }} while ({i} < {total});",
        f"for (let {i} = {total}; {i} > 0; {i}--) {{ if ({i} === 2) continue; {rule} }}",
        f"for (let {i} = 0; ; {i}++) {{ if ({i} >= {total}) break; {rule} }}",
        f"let {n} = 0; outer: for (let {i} = 0; {i} < 3; {i}++) {{ for (const x of [1, 2, 3]) {{ if (x === {i} + 1) continue outer; {n} += x; }}"
        f" {rule} }} {w.rule(f'{n} + 1')}",
        f"for (const {i} of [3, 1, 2].sort((a, b) => b - a)) {{ {rule} }}",
        f"for (const {i} in {{ b: 1, a: 2, 5: 3, 1: 4 }}) {{ mk(`{w.name('r')}-${{{i}}}`, {w.number(100, 900)}, '/' + {i}); }}",
        f"Array.from({{ length: {total} }}, (_, {i}) => {{ {rule} return 1; }});",
        f"[...Array({total}).keys()].forEach({i} => {{ {rule} }});",
    ])  # fmt: skip


def reduced(w: Writer, depth: int) -> str:
    s, p = w.name(), w.name()
    rule = w.rule(p, f"`/{'${'}{s}{'}'}`", f"-${{{s}}}")
    return w.random.choice([
        f'["a", "b", "c"].reduce(({p}, {s}) => {{ {rule} return {p} + {w.number()}; }}, {w.number(100, 300)});',
        f'["a", "b"].reduceRight(({p}, {s}) => {{ {rule} return {p} - 1; }}, {w.number(100, 300)});',
        w.rule(f"[1, 2, {w.number()}].reduce((a, b) => a + b)"),
        w.rule(f"Object.entries({{ a: 1, b: {w.number()} }}).reduce((a, [k, v]) => a + v + k.length, 0)"),
    ])  # fmt: skip


def lists(w: Writer, depth: int) -> str:
    a, alias, s, i = w.name(), w.name(), w.name(), w.name("i")
    steps = [
        f'{a}.push("/p{w.number()}");', f'{a}.unshift("/u");', f'{a}.splice(1, 1, "/x", "/y");', f"{a}.reverse();", f"{a}.sort();", f"{a}.pop();",
        f"{a}.shift();", f'{a}[{a}.length] = "/z";', f'{a}[0] = "/first";', f'{alias}.push("/alias");', f"{alias}.length = 0;",
        f'if ({w.condition()}) {a}.push("/c");', f'{a}.splice({a}.indexOf("/b"), 1);', f"{a}.fill('/f', 0, 1);",
    ]  # fmt: skip
    chosen = " ".join(w.random.sample(steps, w.random.randint(1, 4)))
    rule = w.rule(f"{w.number(100, 900)} + {i}", s, f"-${{{i}}}")
    last = w.random.choice([
        f"{a}.forEach(({s}, {i}) => {{ {rule} }});",
        f"for (const [{i}, {s}] of {a}.entries()) {{ {rule} }}",
        f"{a}.filter(x => x !== '/u').map(({s}, {i}) => {rule.rstrip(';')});",
        f"if ({a}.length > 0) {w.rule(str(w.number(100, 900)), f'[...new Set({a})].slice(0, 4)')}",
        w.rule(f"{w.number(100, 900)} + {a}.length + {a}.findIndex(x => x === '/b')"),
        f"{a}.concat(['/t']).slice(-2).forEach(({s}, {i}) => {{ {rule} }});",
    ])  # fmt: skip
    return f'const {a} = ["/a", "/b", "/c"]; const {alias} = {w.random.choice([a, f"[...{a}]"])};\n{chosen}\n{last}'


def tables(w: Writer, depth: int) -> str:
    o, alias, k, v = w.name(), w.name(), w.name(), w.name()
    steps = [
        f"{o}.x = {w.number(100, 300)};", f'{o}["y"] = {w.number(100, 300)};', f"{o}.x += 5;", f"delete {o}.a;", f"Object.assign({o}, {{ z: 9, a: 4 }});",
        f"{alias}.w = {w.number(100, 300)};", f"{o}.q ??= {w.number(100, 300)};", f"{o}.a ||= 3;", f"if ({w.condition()}) {o}.a = {w.number(100, 300)};",
        f"{o}.x++;" if w.random.random() < 0 else f"{o}.a++;",
    ]  # fmt: skip
    chosen = " ".join(w.random.sample(steps, w.random.randint(1, 4)))
    rule = w.rule(f"{v}", f"'/' + {k}", f"-${{{k}}}")
    return (
        f"const {o}: any = {{ a: {w.number(100, 300)}, b: {w.number(100, 300)} }}; const {alias} = {w.random.choice([o, f'{{ ...{o} }}'])};\n{chosen}\n"
        f"for (const [{k}, {v}] of Object.entries({o}) as any) {{ {rule} }}"
    )


def collections(w: Writer, depth: int) -> str:
    m, k, v = w.name(), w.name(), w.name()
    rule = w.rule(v, f"'/' + {k}", f"-${{{k}}}")
    if w.random.random() < 0.3:
        return f'const {m} = new Set(["b", "a", "b"]); {m}.add("c"); {m}.delete("a"); let {v} = {w.number(100, 300)}; for (const {k} of {m}) {{ {rule} {v}++; }}'
    steps = w.random.sample(
        [
            f'{m}.set("c", {w.number()});',
            f'{m}.delete("a");',
            f'{m}.set("a", ({m}.get("a") ?? 0) + 1);',
            f'{m}.set("d", {m}.size).set("e", 8);',
        ],
        2,
    )
    last = w.random.choice(
        [
            f"{m}.forEach(({v}, {k}) => {{ {rule} }});",
            f"for (const [{k}, {v}] of {m}) {{ {rule} }}",
            f"[...{m}.entries()].sort((a, b) => a[1] - b[1]).forEach(([{k}, {v}]) => {{ {rule} }});",
        ]
    )
    return f'const {m} = new Map<string, number>([["a", {w.number()}], ["b", {w.number()}]]); {" ".join(steps)}\n{last}'


def branches(w: Writer, depth: int) -> str:
    yes, no = _nested(w, depth), _nested(w, depth)
    n = w.name()
    return w.random.choice([
        f"if ({w.condition()}) {{ {yes} }} else {{ {no} }}",
        f"if ({w.condition()}) {{ {yes} }}",
        w.rule(f"{w.condition()} ? {w.number()} : {w.number(50, 90)}"),
        f"let {n} = {w.number()}; if ({w.condition()}) {n} = {w.number(100, 200)}; {w.rule(n)} if ({w.condition()}) {n} += 5; {w.rule(n)}",
        f"{w.condition()} && {w.rule(str(w.number()))}",
        f"switch ({w.random.choice(['c0 ? 1 : 2', '2', 'c1 ? 3 : 2'])}) {{ case 1: {w.rule('11')} break; case 2: {w.rule('12')} case 3: {w.rule('13')} break; default: {w.rule('14')} }}",
        f"function {n}(f: boolean | undefined) {{ if (f) return {w.number()}; if (c2) {{ return {w.number(50, 60)}; }} return {w.number(70, 90)}; }}\n{w.rule(f'{n}({w.condition()})')}",
        f"function {n}(f: boolean | undefined) {{ if (!f) return; {w.rule(str(w.number(100, 200)))} }}\n{n}({w.condition()});",
    ])  # fmt: skip


def functions(w: Writer, depth: int) -> str:
    f, x = w.name("f"), w.name()
    return w.random.choice([
        f"function {f}({x}: number, more = {x} + 1, ...rest: number[]) {{ return {x} + more + rest.length; }}\n{w.rule(f'{f}(1)')}\n{w.rule(f'{f}(1, 5, 6, 7)')}",
        f"function {f}({x}: number): number {{ return {x} <= 1 ? 1 : {x} * {f}({x} - 1); }}\n{w.rule(f'{f}({w.random.randint(2, 5)})')}",
        f"const {{ a: {x}, ...{f} }} = {{ a: {w.number()}, b: {w.number()}, c: 3 }}; {w.rule(f'{x} + Object.keys({f}).length + {f}.b')}",
        f"let [{x}, {f}] = [{w.number()}, {w.number()}]; [{x}, {f}] = [{f}, {x}]; {w.rule(f'{x} * 100 + {f}')}",
        f"const {f}: any = {{ n: {w.number()}, next() {{ return this.n++; }}, deep: {{ a: [1, {{ b: 2 }}] }} }}; {w.rule(f'{f}.next()')} {w.rule(f'{f}.next() + {f}.deep.a[1].b + ({f}.none?.x ?? 4)')}",
        f"(() => {{ {_nested(w, depth)} }})();",
        f"try {{ {w.rule(str(w.number()))} throw new Error('x'); }} catch (e) {{ made += 2; }} finally {{ {w.rule(str(w.number()))} }}"
        if w.random.random() < 0.0
        else f"try {{ {w.rule(str(w.number()))} }} finally {{ {w.rule(str(w.number()))} }}",
        f"const {f} = [1, 2].map({x} => (k: number) => k + {x}); {w.rule(f'{f}[1](10)')}",
        f"const {f} = [] as any[]; for (let i = 0; i < 2; i++) {f}.push(() => i); {w.rule(f'{f}[0]() * 10 + {f}[1]()')}",
        f"enum {f.upper()} {{ A = {w.number()}, B }} {w.rule(f'{f.upper()}.B')}",
        f"var {x} = {w.number()}; {{ var {x} = {x} + 1; }} {w.rule(x)}",
    ])  # fmt: skip


def texts(w: Writer, depth: int) -> str:
    path = w.random.choice([
        '"/A-b-c".toLowerCase().replace(/-/g, "/")', '["", "v1", "x"].join("/")', '"/" + "ab".repeat(2)', '`/${"7".padStart(3, "0")}`', '"/abcdef".slice(0, -2)',
        '"/a.b".split(".")[0]', '"/x/y".substring(0, 2)', '"/p" + [1, 2, 3].join("")', '`/${[..."cab"].sort().join("")}`', '"  /t ".trim()', '"/a-b".replaceAll("-", "_")',
        '"/n" + (12.0).toString() + 0x1f', "`/${JSON.stringify({ a: [1] }).length}`", '"/" + String(3.5)', '"/" + typeof 5', '"/q".concat("r", "s")',
        "'/' + 'abc'.charAt(1) + 'abc'.at(-1)",
    ])  # fmt: skip
    number = w.random.choice([
        'parseInt("120px", 10)', 'Number("101")', '+"102"', "Math.max(1, 103)", "Math.floor(104.7)", "2 ** 7", "1e2 + 7 % 4", '"abcd".indexOf("c") + 50',
        '[..."ab"].reduce((a, c) => a + c.charCodeAt(0), 0) % 50 + 1', 'JSON.parse(\'{"p": 100}\').p', "Math.round(2.5) + Math.trunc(-1.5) + 90", '"a,b,c".split(",").length + 40',
        "parseInt('1f', 16)", "[3, 1, 2].sort()[0] + 60", "Math.min(...[5, 9]) * 10", "(void 0) ?? 33", "~~7.9" if False else "7",
    ])  # fmt: skip
    return w.rule(number, path)


def modules(w: Writer, depth: int) -> str:
    return w.random.choice([
        f"{w.rule('take()')}\n{w.rule('take()')}",
        f"step({w.number()}); {w.rule('take()')}",
        f"{w.rule('shared.next++')}\n{w.rule('shared.next++')}",
        f"shared.paths.push('/s{w.number()}'); {w.rule(str(w.number(100, 300)), 'shared.paths.slice(-2)')}",
    ])  # fmt: skip


def later(w: Writer, depth: int) -> str:
    n, f = w.name(), w.name("f")
    return w.random.choice([
        f"pulumi.output({w.number(100, 300)}).apply({n} => {{ mk(`{w.name('r')}`, {n}, '/o'); }});",
        f"let {n} = {w.number(100, 300)}; pulumi.output(['a', 'b']).apply(xs => {{ for (const x of xs) mk(`{w.name('r')}-${{x}}`, {n}++, `/${{x}}`); }});",
        f"async function {f}(k: number) {{ {w.rule('k')} const v = await Promise.resolve(k + 1); mk(`{w.name('r')}`, v, '/aw'); }}\n{f}({w.number(100, 300)});",
        f"Promise.all([{w.number()}, {w.number(50, 90)}].map(async x => mk(`{w.name('r')}-${{x}}`, x, `/${{x}}`)));",
    ])  # fmt: skip


STATEMENTS: list[Callable[[Writer, int], str]] = [
    counter, callback, closure, allocator, inherited, component, loops, loops, reduced, lists, lists, lists, tables, tables, collections, branches, branches,
    branches, functions, functions, texts, texts, modules, later,
]  # fmt: skip


def programs(number: int, seed: int = 0) -> Iterator[tuple[str, dict[str, str]]]:
    """(name, files) of so many programs."""
    for index in range(number):
        yield f"generated-{seed + index}", Writer(seed + index).program()
