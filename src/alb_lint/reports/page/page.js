"use strict";
/* The page itself: search, deep links, "try a request". Everything shown is put in as text, never as markup. */

const data = JSON.parse(document.getElementById("data").textContent);
const search = document.getElementById("search"), found = document.getElementById("found"), form = document.getElementById("try");
const answers = document.getElementById("answers");
const sought = Array.from(document.querySelectorAll("[data-s]"), (element) => ({ element, text: element.textContent.toLowerCase(), shown: true }));

function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const item of sought) {
    const shown = words.every((word) => item.text.includes(word));
    if (shown) count++;
    if (shown !== item.shown) { item.shown = shown; item.element.hidden = !shown; }
  }
  found.textContent = words.length ? `${count} of ${sought.length} rules and findings` : "";
}

function follow() {
  let hash = location.hash.slice(1);
  try { hash = decodeURIComponent(hash); } catch { /* a % that encodes nothing stands for itself */ }
  if (hash.startsWith("q=")) { search.value = hash.slice(2); filter(); return; }
  const target = hash && document.getElementById(hash);
  if (target && target.closest("[hidden]")) { search.value = ""; filter(); }
  if (target) { for (let at = target; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true; target.scrollIntoView(); }
}

/* -- a request ------------------------------------------------------------------------------------------------------------------- */

const decoded = (text) => { try { return decodeURIComponent(text); } catch { return text; } };

function requestOf(method, url, headers, source) {
  const parts = /^(?:([a-z]+):\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?/i.exec(url.includes("://") || url.startsWith("/") ? url : `https://${url}`);
  const scheme = (parts[1] || "").toLowerCase(), port = { http: "80", https: "443" }[scheme];
  let host = (parts[2] || "example.com").replace(/^.*@/, "").toLowerCase();
  if (port && host.endsWith(`:${port}`)) host = host.slice(0, -port.length - 1);
  const query = (parts[4] || "").split("&").filter(Boolean).map((pair) => {
    const at = pair.indexOf("=");
    return at < 0 ? [decoded(pair), ""] : [decoded(pair.slice(0, at)), decoded(pair.slice(at + 1))];
  });
  const lines = headers.split("\n").filter((line) => line.includes(":")).map((line) => {
    const at = line.indexOf(":");
    return [line.slice(0, at).trim(), line.slice(at + 1).trim()];
  });
  return { method, host, path: parts[3] || "/", query, headers: lines, source_ip: source };
}

function urlOf(request) {
  const query = request.query.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join("&");
  return `https://${request.host}${request.path}${query ? `?${query}` : ""}`;
}

function made(tag, text, more) {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  return Object.assign(element, more);
}

function linkTo(rule) { return made("a", rule.n, { href: `#${encodeURIComponent(rule.a)}` }); }

function explained(listener, told) {
  const list = made("ol");
  for (const [place, matched, why] of told.asked) {
    const item = made("li", "", { className: matched ? "yes" : matched === null ? "maybe" : "no" });
    item.append(linkTo(listener.rules[place]), ` ${matched ? "matches" : matched === null ? "may match" : "does not match"}: ${why}`);
    list.append(item);
  }
  return list;
}

function answered(listener, request) {
  const told = trace(listener, request), box = made("div", "", { className: "answer" });
  box.append(made("strong", listener.name), " ");
  if (told.answer === null) box.append(made("span", told.doubt ? `undecided: ${told.doubt}` : "no rule matches, and the default is not told", { className: "maybe" }));
  else {
    const rule = told.answer === "default" ? null : listener.rules[told.answer];
    box.append(rule ? "rule " : "the default rule", rule ? linkTo(rule) : "", ` → ${rule ? rule.d : listener.default}`);
    if (told.doubt) box.append(made("span", ` (not certain: ${told.doubt})`, { className: "maybe" }));
  }
  const why = made("details"), summary = made("summary", `${told.asked.length} ${told.asked.length === 1 ? "rule was" : "rules were"} asked`);
  why.append(summary);
  why.addEventListener("toggle", () => { if (why.open && why.children.length === 1) why.append(explained(listener, told)); });
  box.append(why);
  return box;
}

function tried(event) {
  if (event) event.preventDefault();
  const field = (name) => form.elements[name].value;
  const request = requestOf(field("method").trim() || "GET", field("url").trim(), field("headers"), field("source").trim() || "192.0.2.1");
  answers.replaceChildren();
  if (!addressOf(request.source_ip)) { answers.append(made("p", "The source address is no address.", { className: "maybe" })); return; }
  const wanted = field("listener"), chosen = data.listeners.filter((_, place) => wanted === "" || String(place) === wanted);
  answers.append(...chosen.slice(0, 50).map((listener) => answered(listener, request)));
  if (chosen.length > 50) answers.append(made("p", `and ${chosen.length - 50} more listeners: choose one`));
}

form.addEventListener("submit", tried);
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-request]");
  if (!button) return;
  const request = JSON.parse(button.dataset.request);
  form.elements.method.value = request.method;
  form.elements.url.value = urlOf(request);
  form.elements.headers.value = request.headers.map((pair) => pair.join(": ")).join("\n");
  form.elements.source.value = request.source_ip;
  form.elements.listener.value = button.dataset.listener;
  tried();
  form.scrollIntoView();
});
search.addEventListener("input", filter);
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) { event.preventDefault(); search.focus(); }
});
addEventListener("hashchange", follow);
follow();
