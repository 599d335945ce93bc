"""Idioms by which real programs number their rules, with what each makes: (name, number, paths)."""

from typing import Final

HEAD: Final = """import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
const listener = new aws.lb.Listener("edge", { port: 443 });
const group = new aws.lb.TargetGroup("web", {});
const actions = [{ type: "forward", targetGroupArn: group.arn }];
function mk(n: string, p: any, path: any) {
  const values = Array.isArray(path) ? path : [path];
  return new aws.lb.ListenerRule(n, { listenerArn: listener.arn, priority: p, conditions: [{ pathPattern: { values } }], actions });
}
"""
TWO: Final = "a 100 /a, b 101 /b"

IDIOMS: Final = {
    "Array.from with a function": ("Array.from({ length: 2 }, (_, i) => mk('ab'[i], 100 + i, '/' + 'ab'[i]));", TWO),
    "items set by index": ('const ps: string[] = []; ps[0] = "/a"; ps[1] = "/b"; ps.forEach((p, i) => mk(p.slice(1), 100 + i, p));', TWO),
    "a builder": (
        "class B { p = 0; paths: string[] = []; constructor(private n: string) {} at(p: number) { this.p = p; return this; }"
        " path(s: string) { this.paths.push(s); return this; } build() { return mk(this.n, this.p, this.paths); } }\n"
        'new B("a").at(100).path("/a").path("/a/*").build(); new B("b").at(101).path("/b").build();',
        "a 100 /a|/a/*, b 101 /b",
    ),
    "a counter in a class": (
        'class A { private n = 100; take() { return this.n++; } }\nconst al = new A();\nmk("a", al.take(), "/a"); mk("b", al.take(), "/b");',
        TWO,
    ),
    "a counter in a closure": (
        'const alloc = () => { let n = 100; return () => n++; };\nconst take = alloc();\nmk("a", take(), "/a"); mk("b", take(), "/b");',
        TWO,
    ),
    "a static counter": (
        'class A { static n = 100; static take() { return A.n++; } }\nmk("a", A.take(), "/a"); mk("b", A.take(), "/b");',
        TWO,
    ),
    "a component that counts": (
        'class Lb extends pulumi.ComponentResource { private next = 100; constructor(n: string) { super("x:y:Lb", n); }\n'
        ' addRule(n: string, path: string) { return mk(n, this.next++, path); } }\nconst lb = new Lb("lb"); lb.addRule("a", "/a"); lb.addRule("b", "/b");',
        TWO,
    ),
    "a counter in a callback": ('let next = 100;\n["a", "b"].forEach(s => { mk(s, next, `/${s}`); next += 1; });', TWO),
    "do": ('let i = 0; do { mk("ab"[i], 100 + i, "/" + "ab"[i]); i++; } while (i < 2);', TWO),
    "while": ('let i = 0; while (i < 2) { mk("ab"[i], 100 + i, "/" + "ab"[i]); i++; }', TWO),
    "a loop left and one gone on with": (
        "for (let i = 0; ; i++) { if (i === 1) continue; if (i > 2) break; mk(`r${i}`, 100 + i, `/r${i}`); }",
        "r0 100 /r0, r2 102 /r2",
    ),
    "an outer loop gone on with": (
        "let n = 0; outer: for (const x of [1, 2, 3]) { for (const y of [1, 2]) { if (y === x) continue outer; n += y; } mk(`r${x}`, n, '/r'); }",
        "r3 4 /r",
    ),
    "a table of functions": (
        'const t: any = { a: (p: number) => mk("a", p, "/a"), b: (p: number) => mk("b", p, "/b") };\nt.a(100); t["b"](101);',
        TWO,
    ),
    "a hash of a name": (
        'const h = (s: string) => 3 + [...s].reduce((a, c) => a + c.charCodeAt(0), 0);\nmk("a", h("a"), "/a"); mk("b", h("b"), "/b");',
        TWO,
    ),
    "indexOf and findIndex": (
        'const o = ["a", "b"]; mk("a", 100 + o.indexOf("a"), "/a"); mk("b", 100 + o.findIndex(x => x === "b"), "/b");',
        TWO,
    ),
    "JSON.parse": ('const r = JSON.parse(\'{"p": 100, "path": "/a"}\'); mk("a", r.p, r.path);', "a 100 /a"),
    "a Map": ('const m = new Map<string, number>([["a", 100]]); m.set("b", 101);\nm.forEach((p, k) => mk(k, p, `/${k}`));', TWO),
    "a Set": ('let n = 100; for (const s of new Set(["a", "b", "a"])) mk(s, n++, "/" + s);', TWO),
    "arithmetic": ('mk("a", 2_000 + 0x10 * 2, "/a"); mk("b", 11 ** 2 - 20, "/b"); mk("c", 1e3 % 7, "/c");', "a 2032 /a, b 101 /b, c 6 /c"),
    "assigned where it is not set": ('let p: any; p ??= 100; let q: any = 0; q ||= 101; mk("a", p, "/a"); mk("b", q, "/b");', TWO),
    "fields set later": ('const c: any = {}; c.p = 100; c["path"] = "/a"; mk("a", c.p, c.path);', "a 100 /a"),
    "numbers from texts": (
        'mk("a", parseInt("100px", 10), "/a"); mk("b", Math.max(1, +"101"), "/b"); mk("c", Math.floor(104.7), "/c");',
        "a 100 /a, b 101 /b, c 104 /c",
    ),
    "reduce": ('["a", "b"].reduce((p, s) => { mk(s, p, `/${s}`); return p + 1; }, 100);', TWO),
    "replace with a regex": ('mk("a", 100, "/a-b-c".replace(/-/g, "/"));', "a 100 /a/b/c"),
    "slice and pad": ('["x", "a", "b"].slice(1).forEach((s, i) => mk(s, 100 + i, "/" + s.padStart(3, "0")));', "a 100 /00a, b 101 /00b"),
    "sort": ('["b", "a"].sort().forEach((s, i) => mk(s, 100 + i, `/${s}`));', TWO),
    "sort by a function": (
        '[{ n: "b", o: 2 }, { n: "a", o: 1 }].sort((x, y) => x.o - y.o).forEach((s, i) => mk(s.n, 100 + i, `/${s.n}`));',
        TWO,
    ),
    "joined and repeated": ('mk("a", 100, ["", "v1", "x"].join("/")); mk("b", 101, "/" + "b".repeat(3));', "a 100 /v1/x, b 101 /bbb"),
    "unshift and splice": (
        'const ps = ["/c"]; ps.unshift("/a"); ps.splice(1, 1, "/b"); ps.forEach((p, i) => mk(p.slice(1), 100 + i, p));',
        TWO,
    ),
    "changed by another name": (
        'const ps = ["/a"]; const same = ps; same.push("/b"); ps.forEach((p, i) => mk(p.slice(1), 100 + i, p));',
        TWO,
    ),
    "numbers as keys go first": ("Object.entries({ b: '/b', 7: '/a' }).forEach(([k, p], i) => mk(p.slice(1), 100 + i, p));", TWO),
    "a swap": ("let [p, q] = [101, 100]; [p, q] = [q, p]; mk('a', p, '/a'); mk('b', q, '/b');", TWO),
    "awaited": (
        "async function all() { let n = 100; for (const s of ['a', 'b']) { await Promise.resolve(); mk(s, n++, '/' + s); } }\nall();",
        TWO,
    ),
    "counted in a callback of an output": (
        "let n = 100; pulumi.output(['a', 'b']).apply(xs => xs.forEach(x => mk(x, n++, '/' + x)));",
        TWO,
    ),
    "a setter": (
        "class C { n = 1; set at(v: number) { this.n = v * 10; } get at() { return this.n; } }\nconst c = new C(); c.at = 10; mk('a', c.at, '/a');",
        "a 100 /a",
    ),
    "caught": ("let p = 1; try { throw new Error('x'); } catch { p = 100; } mk('a', p, '/a');", "a 100 /a"),
}
