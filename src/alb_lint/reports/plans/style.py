"""The style sheet of HTML reports."""

from typing import Final

CSS: Final = """\
:root {
  --paper: #ffffff; --ink: #1f2328; --soft: #59636e; --line: #d1d9e0; --field: #f6f8fa;
  --good: #1a7f37; --note: #0969da; --bad: #cf222e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0d1117; --ink: #e6edf3; --soft: #9198a1; --line: #3d444d; --field: #161b22;
    --good: #3fb950; --note: #4493f8; --bad: #f85149;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
h1 { font-size: 1.75rem; margin: 0 0 1rem; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 .75rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
h3 { font-size: 1.05rem; margin: 1.75rem 0 .5rem; overflow-wrap: anywhere; }
p, ul, ol { margin: .5rem 0 .75rem; }
code { font: .875em/1.45 ui-monospace, monospace; background: var(--field); border-radius: 4px; padding: .1em .35em; overflow-wrap: anywhere;
  -webkit-box-decoration-break: clone; box-decoration-break: clone; }
td code { overflow-wrap: break-word; }
pre { background: var(--field); border: 1px solid var(--line); border-radius: 6px; padding: .75rem 1rem; margin: .5rem 0 1rem; }
pre code { display: block; background: none; padding: 0 0 0 2ch; text-indent: -2ch; white-space: pre-wrap; }
pre code + code { margin-top: .35rem; }
.table { overflow-x: auto; margin: .5rem 0 1rem; }
table { border-collapse: collapse; width: 100%; }
td:not(.number) { min-width: 8rem; }
th, td { text-align: left; vertical-align: top; padding: .4rem .7rem; border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-size: .8125rem; font-weight: 600; }
tr.same > td { color: var(--soft); }
tr.same code { background: none; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
td.number { white-space: nowrap; }
.notice { border-left: 4px solid var(--note); background: var(--field); padding: .6rem 1rem; border-radius: 0 6px 6px 0; }
.good { border-color: var(--good); }
.bad { border-color: var(--bad); }
details { margin: .75rem 0; }
summary { cursor: pointer; color: var(--soft); font-weight: 600; }
.moves { min-width: 40rem; width: 100%; height: auto; display: block; }
.moves text { fill: var(--soft); font: 11px system-ui, sans-serif; }
.moves .axis { stroke: var(--line); fill: none; }
.moves .band { fill: var(--note); opacity: .18; }
.moves .stays { stroke: var(--line); fill: none; }
.moves .moves { stroke: var(--note); fill: none; stroke-width: 1.5; min-width: 0; }
@media (max-width: 48rem) {
  .table table { min-width: 46rem; }
}
@media print {
  :root { --paper: #ffffff; --ink: #000000; --soft: #444444; --line: #bbbbbb; --field: #f4f4f4; }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  .table { overflow: visible; }
  td:not(.number) { min-width: 0; }
  td code { overflow-wrap: anywhere; }
  h2, h3 { break-after: avoid; }
  tr, .notice { break-inside: avoid; }
  thead { display: table-header-group; }
}
"""
