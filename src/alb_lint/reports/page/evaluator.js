"use strict";
/* The evaluator of the page: the same answers as alb-lint's own `trace`, in plain JavaScript. A test holds the two to each other.

   A listener: {rules, default, readings, unread}. A rule: {p: number or null, c: conditions, x: it may not exist}, in asking order, those without a
   known number last. A condition: {k: kind, u: something in it is unknown,
   m: then the most that it may take, where that is known, …}:
     path, host, header   v: globs, r: regexes, n: name of the header in lower case (null: unknown)
     method               v: texts
     source               v: [version, first address in hexadecimal, length of the prefix]
     query                v: [key glob or null, value glob]
     opaque
   A reading: {anywhere, ignoreCase}. */

/* -- globs: `*` any text, `?` one character ------------------------------------------------------------------------------------ */

const ANY = 0, ONE = 1;

function globOf(text, folded, escapes) {
  const out = [], letters = Array.from(folded ? text.toLowerCase() : text);
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at];
    if (escapes && letter === "\\" && (letters[at + 1] === "*" || letters[at + 1] === "?")) out.push(letters[++at]);
    else out.push(letter === "*" ? ANY : letter === "?" ? ONE : letter);
  }
  return out;
}

function globMatches(glob, letters) {
  let at = 0, here = 0, star = -1, mark = 0;
  while (here < letters.length) {
    if (at < glob.length && glob[at] === ANY) { star = at++; mark = here; }
    else if (at < glob.length && (glob[at] === ONE || glob[at] === letters[here])) { at++; here++; }
    else if (star >= 0) { at = star + 1; here = ++mark; }
    else return false;
  }
  while (at < glob.length && glob[at] === ANY) at++;
  return at === glob.length;
}

/* -- regexes: an automaton, so that no pattern can blow up; only patterns that alb-lint could read come here -------------------- */

const PRINTABLE = (1n << 0x7fn) - (1n << 0x20n);
const run = (first, last) => (1n << BigInt(last + 1)) - (1n << BigInt(first));
const DIGIT = run(0x30, 0x39), LOWER = run(0x61, 0x7a), UPPER = run(0x41, 0x5a), WORD = DIGIT | LOWER | UPPER | run(0x5f, 0x5f), SPACE = run(0x20, 0x20);
const CLASSES = { d: DIGIT, D: PRINTABLE & ~DIGIT, w: WORD, W: PRINTABLE & ~WORD, s: SPACE, S: PRINTABLE & ~SPACE };
const bitOf = (letter) => 1n << BigInt(letter.charCodeAt(0));

class Automaton {
  constructor(pattern, anywhere, ignoreCase) {
    this.pattern = pattern; this.ignoreCase = ignoreCase; this.at = 0; this.edges = []; this.silent = [];
    let [first, last] = this.alternatives();
    if (anywhere) {
      const before = this.state(), after = this.state();
      this.edges[before].push([PRINTABLE, before]);
      this.edges[after].push([PRINTABLE, after]);
      this.silent[before].push(["", first]);
      this.silent[last].push(["", after]);
      first = before; last = after;
    }
    this.first = first; this.last = last;
  }
  state() { this.edges.push([]); this.silent.push([]); return this.edges.length - 1; }
  peek() { return this.pattern[this.at] || ""; }
  both(mask) { return this.ignoreCase ? mask | (mask & LOWER) >> 32n | (mask & UPPER) << 32n : mask; }
  alternatives() {
    const first = this.state(), last = this.state();
    for (;;) {
      const [start, end] = this.sequence();
      this.silent[first].push(["", start]);
      this.silent[end].push(["", last]);
      if (this.peek() !== "|") return [first, last];
      this.at++;
    }
  }
  sequence() {
    const first = this.state();
    let last = first;
    while (!["", "|", ")"].includes(this.peek())) {
      const before = this.at;
      let [start, end] = this.atom();
      const [low, high] = this.counts();
      if (low !== 1 || high !== 1) [start, end] = this.repeated(before, low, high, start, end);
      this.silent[last].push(["", start]);
      last = end;
    }
    return [first, last];
  }
  repeated(atom, low, high, start, end) {
    const resume = this.at, pieces = [[start, end]];
    for (let more = Math.max(low, high || 0, 1) - 1; more > 0; more--) { this.at = atom; pieces.push(this.atom()); }
    this.at = resume;
    const first = this.state(), last = this.state();
    let here = first;
    for (let index = 0; index < pieces.length; index++) {
      if (index >= low) this.silent[here].push(["", last]);
      if (high === 0) break;
      this.silent[here].push(["", pieces[index][0]]);
      here = pieces[index][1];
    }
    this.silent[here].push(["", last]);
    const end_ = pieces[pieces.length - 1];
    if (high === null) this.silent[end_[1]].push(["", end_[0]]);
    return [first, last];
  }
  counts() {
    const mark = this.peek();
    let counts;
    if (mark === "*" || mark === "+" || mark === "?") {
      this.at++;
      counts = mark === "*" ? [0, null] : mark === "+" ? [1, null] : [0, 1];
    } else if (mark === "{") {
      const close = this.pattern.indexOf("}", this.at), [low, high] = this.pattern.slice(this.at + 1, close).split(",");
      this.at = close + 1;
      counts = [Number(low), high === undefined ? Number(low) : high === "" ? null : Number(high)];
    } else return [1, 1];
    if (this.peek() === "?") this.at++;
    return counts;
  }
  atom() {
    const mark = this.peek();
    this.at++;
    if (mark === "(") {
      if (this.peek() === "?") this.at = this.pattern.startsWith("?:", this.at) ? this.at + 2 : this.pattern.indexOf(">", this.at) + 1;
      const inner = this.alternatives();
      this.at++;
      return inner;
    }
    if (mark === "^" || mark === "$") {
      const first = this.state(), last = this.state();
      this.silent[first].push([mark, last]);
      return [first, last];
    }
    return this.letters(mark === "." ? PRINTABLE : mark === "[" ? this.bracket() : mark === "\\" ? this.escape() : bitOf(mark));
  }
  letters(mask) {
    const first = this.state(), last = this.state();
    this.edges[first].push([this.both(mask), last]);
    return [first, last];
  }
  escape() { const mark = this.pattern[this.at++]; return CLASSES[mark] || bitOf(mark); }
  member() { const mark = this.pattern[this.at++]; return mark === "\\" ? this.escape() : bitOf(mark); }
  bracket() {
    const negated = this.peek() === "^";
    if (negated) this.at++;
    const start = this.at;
    let mask = 0n;
    for (;;) {
      if (this.peek() === "]" && this.at > start) { this.at++; break; }
      const low = this.member();
      if (this.peek() !== "-" || ["]", ""].includes(this.pattern[this.at + 1] || "")) { mask |= low; continue; }
      this.at++;
      mask |= (this.member() << 1n) - low;
    }
    mask = this.both(mask);
    return negated ? PRINTABLE & ~mask : mask;
  }
  closure(states, allowed) {
    const found = new Set(states), todo = [...states];
    while (todo.length) {
      for (const [needs, target] of this.silent[todo.pop()]) {
        if ((!needs || allowed.includes(needs)) && !found.has(target)) { found.add(target); todo.push(target); }
      }
    }
    return found;
  }
  matches(text) {
    if (!text) return this.closure([this.first], "^$").has(this.last);
    let states = this.closure([this.first], "^");
    for (let at = 0; at < text.length; at++) {
      if (text[at] >= "\x7f") return false;
      const bit = bitOf(text[at]), next = new Set();
      for (const state of states) for (const [mask, target] of this.edges[state]) if (mask & bit) next.add(target);
      if (!next.size) return false;
      states = this.closure(next, at === text.length - 1 ? "$" : "");
    }
    return states.has(this.last);
  }
}

const automata = new Map();
function regexMatches(pattern, text, reading, folded) {
  const ignoreCase = reading.ignoreCase && folded, key = `${reading.anywhere}${ignoreCase}${pattern}`;
  if (!automata.has(key)) automata.set(key, new Automaton(pattern, reading.anywhere, ignoreCase));
  return automata.get(key).matches(text);
}

/* -- addresses ------------------------------------------------------------------------------------------------------------------ */

function addressOf(text) {
  const four = (part) => {
    const numbers = part.split(".");
    if (numbers.length !== 4 || !numbers.every((one) => /^(0|[1-9][0-9]{0,2})$/.test(one) && Number(one) < 256)) return null;
    return numbers.reduce((sum, one) => (sum << 8n) | BigInt(one), 0n);
  };
  if (!text.includes(":")) { const value = four(text); return value === null ? null : [4, value]; }
  let said = text;
  const dotted = /^(.*:)([^:]*\.[^:]*)$/.exec(said);
  if (dotted) {
    const value = four(dotted[2]);
    if (value === null) return null;
    said = `${dotted[1]}${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
  }
  const halves = said.split("::");
  if (halves.length > 2) return null;
  const words = (half) => (half === "" ? [] : half.split(":"));
  const head = words(halves[0]), tail = halves.length === 2 ? words(halves[1]) : [], missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const all = [...head, ...Array(missing).fill("0"), ...tail];
  if (!all.every((word) => /^[0-9a-fA-F]{1,4}$/.test(word))) return null;
  return [6, all.reduce((sum, word) => (sum << 16n) | BigInt(`0x${word}`), 0n)];
}

function inBlock([version, first, length], here) {
  const shift = BigInt((version === 4 ? 32 : 128) - length);
  return here !== null && here[0] === version && here[1] >> shift === BigInt(`0x${first}`) >> shift;
}

/* -- conditions ------------------------------------------------------------------------------------------------------------------ */

function anyText(condition, text, folded, reading) {
  if (!condition.globs) condition.globs = condition.v.map((value) => globOf(value, folded, false));
  const letters = Array.from(folded ? text.toLowerCase() : text);
  return condition.globs.some((glob) => globMatches(glob, letters)) || condition.r.some((regex) => regexMatches(regex, text, reading, folded));
}

function isMet(condition, request, reading) {
  switch (condition.k) {
    case "path": return anyText(condition, request.path, false, reading);
    case "host": return anyText(condition, request.host, true, reading);
    case "method": return condition.v.includes(request.method);
    case "source": { const here = addressOf(request.source_ip); return condition.v.some((block) => inBlock(block, here)); }
    case "header":
      return condition.n !== null && request.headers.some(([name, value]) => name.toLowerCase() === condition.n && anyText(condition, value, true, reading));
    case "query": {
      if (!condition.globs) condition.globs = condition.v.map(([key, value]) => [key === null ? [ANY] : globOf(key, true, true), globOf(value, true, true)]);
      return request.query.some(([key, value]) => {
        const one = Array.from(key.toLowerCase()), other = Array.from(value.toLowerCase());
        return condition.globs.some(([keys, values]) => globMatches(keys, one) && globMatches(values, other));
      });
    }
    default: return false;
  }
}

const matchesRule = (rule, request, reading) => rule.c.every((condition) => isMet(condition, request, reading));

/* -- the way of a request --------------------------------------------------------------------------------------------------------- */

const PLAIN = { anywhere: true, ignoreCase: false };

function spellings(request) {
  const at = request.host.lastIndexOf(":"), name = request.host.slice(0, Math.max(at, 0));
  if (at < 0 || !/^[0-9]+$/.test(request.host.slice(at + 1)) || (name.includes(":") && !name.endsWith("]"))) return [request];
  return [request, { ...request, host: name }];
}

/* {answer: place of the rule, "default", or null where that is undecided; asked: [[place, true, false or null, because]]; doubt: why not certain} */
function trace(listener, request) {
  const found = walk(listener, request);
  if (!listener.unread) return found;
  return { answer: null, asked: found.asked, doubt: found.doubt || "not all rules of the listener were read" };
}

function walk(listener, request) {
  const sent = spellings(request), asked = [];
  const fails = (most) => most && sent.every((one) => listener.readings.every((reading) => !isMet(most, one, reading)));
  const failingOf = (rule) => rule.c.find((condition) => fails(condition.u ? condition.m : condition));
  const certain = (rule) => !rule.x && sent.every((one) => listener.readings.every((reading) => matchesRule(rule, one, reading)));
  const floating = listener.rules.flatMap((rule, place) => rule.p === null && !failingOf(rule) ? [place] : []);
  const beside = floating.length ? UNKNOWN_NUMBER : "";
  let doubt = "";
  for (let place = 0; place < listener.rules.length; place++) {
    const rule = listener.rules[place];
    if (rule.p === null) continue;
    const answers = new Set(sent.flatMap((one) => listener.readings.map((reading) => matchesRule(rule, one, reading))));
    if (answers.size === 1 && answers.has(true) && !rule.x) {
      asked.push([place, true, "every condition is met"]);
      const same = listener.rules.filter((other) => other !== rule && other.p === rule.p && sent.some((one) => matchesRule(other, one, PLAIN)));
      if (same.length && !doubt) doubt = `${same.length + 1} rules claim priority ${rule.p} and match`;
      return { answer: doubt ? null : place, asked, doubt: doubt || beside };
    }
    const failing = failingOf(rule);
    if (failing) { asked.push([place, false, because(failing, request)]); continue; }
    const why = unsure(rule, sent, answers);
    doubt = doubt || `rule ${rule.p}: ${why}`;
    asked.push([place, null, why]);
  }
  if (floating.length === 1 && !doubt && certain(listener.rules[floating[0]])) {
    return { answer: floating[0], asked: [...asked, [floating[0], true, "every condition is met"]], doubt: "" };
  }
  return { answer: doubt ? null : listener.default ? "default" : null, asked, doubt: doubt || beside };
}

function because(condition, request) {
  switch (condition.k) {
    case "path": return `path is ${request.path}`;
    case "host": return `host is ${request.host}`;
    case "method": return `method is ${request.method}`;
    case "source": return `source address is ${request.source_ip}`;
    case "header": {
      const has = request.headers.filter(([name]) => name.toLowerCase() === condition.n).map(([, value]) => value).join(", ");
      return `header ${condition.n} is ${has || "absent"}`;
    }
    default: return `query is ${request.query.map((pair) => pair.join("=")).join("&") || "empty"}`;
  }
}

function unsure(rule, sent, answers) {
  if (sent.length === 2 && rule.c.some((condition) => condition.k === "host")) return "no document tells whether a Host header with a port is compared with it or without";
  if (answers.size === 2) return "it depends on how AWS reads a regex";
  return rule.x ? "it may not exist" : "a condition of it is unknown";
}

const UNKNOWN_NUMBER = "a rule whose priority is unknown matches too, or may";
