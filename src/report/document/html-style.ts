/** The style sheet of the HTML report: light and dark by the reader's choice, always light on paper. */
export const HTML_STYLE = `
:root { color-scheme: light dark; --back: #fff; --panel: #f6f8fa; --ink: #1b1f24; --soft: #57606a; --line: #d5dae0;
  --good: #1a7f37; --bad: #c4272f; --warn: #946200; --note: #0860ca; --idle: #8a939d;
  --backup: #8a939d; --build: #2f74d0; --test: #7d55c7; --replace: #bf7300; --verify: #2a9147; --rollback: #cf3f45; }
@media (prefers-color-scheme: dark) { :root { --back: #0f1318; --panel: #181e25; --ink: #e4e9ee; --soft: #9aa5b1; --line: #303a45;
  --good: #4cc26b; --bad: #ff7b76; --warn: #e0b050; --note: #6cb0ff; --idle: #7b8794;
  --backup: #7b8794; --build: #5b9bef; --test: #a98bea; --replace: #e3a04a; --verify: #4cc26b; --rollback: #ff7b76; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 76rem; background: var(--back); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
h1 { font-size: 1.6rem; margin: 0 0 .25rem; display: flex; flex-wrap: wrap; gap: .6rem; align-items: center; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .75rem; }
h3 { font-size: 1rem; margin: 0 0 .35rem; display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
p { margin: .25rem 0; }
.lead { color: var(--soft); }
code, pre, .mono { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .86em; }
pre { margin: .6rem 0 0; padding: .75rem .9rem; background: var(--back); border: 1px solid var(--line); border-radius: 6px;
  overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 32rem; overflow-y: auto; }
.pill { font-size: .78rem; font-weight: 600; padding: .1rem .55rem; border-radius: 999px; border: 1px solid currentColor; white-space: nowrap; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); } .note { color: var(--note); } .idle { color: var(--soft); }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: .75rem; margin: 1.25rem 0 0; }
.facts div { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: .6rem .8rem; min-width: 0; overflow-wrap: anywhere; }
dt { color: var(--soft); font-size: .8rem; } dd { margin: 0; font-variant-numeric: tabular-nums; }
.bar { width: 100%; height: .7rem; border-radius: 999px; margin-top: 1rem; display: block; }
.bar .good, .key .good { fill: var(--good); } .bar .bad { fill: var(--bad); } .bar .warn { fill: var(--warn); } .bar .idle { fill: var(--line); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .86rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .38rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { color: var(--soft); font-weight: 600; white-space: nowrap; }
tbody th { font-weight: 600; }
.num { text-align: right; white-space: nowrap; }
.nowrap { white-space: nowrap; }
.sub { display: block; color: var(--soft); font-size: .92em; font-weight: 400; }
.trouble { background: var(--panel); border: 1px solid var(--line); border-left: 4px solid var(--bad); border-radius: 8px; padding: .8rem 1rem; margin: .75rem 0; }
.trouble.skipped { border-left-color: var(--warn); }
details summary { cursor: pointer; color: var(--soft); margin-top: .5rem; font-size: .88rem; }
.timeline { display: block; width: 100%; min-width: 40rem; height: auto; font-size: 11px; }
.timeline text { fill: var(--ink); } .timeline .soft { fill: var(--soft); } .timeline line { stroke: var(--line); }
.timeline .failed { stroke: var(--bad); stroke-width: 2; }
.backup { fill: var(--backup); } .build { fill: var(--build); } .test { fill: var(--test); } .replace { fill: var(--replace); } .verify { fill: var(--verify); } .rollback { fill: var(--rollback); }
.key { display: flex; flex-wrap: wrap; gap: .25rem 1rem; color: var(--soft); font-size: .82rem; margin: 0 0 .5rem; padding: 0; list-style: none; }
.key svg { width: .8rem; height: .8rem; vertical-align: -1px; margin-right: .35rem; }
ol li { margin: .4rem 0; }
ol code { background: var(--panel); border: 1px solid var(--line); border-radius: 4px; padding: .1rem .35rem; overflow-wrap: anywhere; box-decoration-break: clone; -webkit-box-decoration-break: clone; }
footer { margin-top: 3rem; color: var(--soft); font-size: .82rem; border-top: 1px solid var(--line); padding-top: .75rem; }
@media print {
  :root { color-scheme: light; --back: #fff; --panel: #fff; --ink: #000; --soft: #444; --line: #bbb;
    --good: #1a7f37; --bad: #c4272f; --warn: #7a5200; --note: #0860ca; --idle: #8a939d;
    --backup: #8a939d; --build: #2f74d0; --test: #7d55c7; --replace: #bf7300; --verify: #2a9147; --rollback: #cf3f45; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  .scroll { overflow: visible; } .timeline { min-width: 0; } pre { max-height: none; overflow: visible; }
  h2, h3 { break-after: avoid; } tr, .facts div { break-inside: avoid; } thead { display: table-header-group; }
  details > summary { display: none; } details::details-content { content-visibility: visible; }
  .services { page: wide; } table { font-size: 7.5pt; } td .pill { font-size: 6.5pt; } th, td { padding: 2pt 4pt; }
}
@page { margin: 12mm; }
@page wide { size: landscape; margin: 10mm; }
`;
