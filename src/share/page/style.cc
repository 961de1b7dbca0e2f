#include "share/page/page.h"

namespace custos::share::page {

// Contrast of every text with its ground is at least 4.5:1 in both schemes; levels differ by word and shape, not only by colour.
extern const std::string_view kStyle = R"css(
:root { color-scheme: light dark; --ground: #f6f7f9; --sheet: #ffffff; --ink: #1a2230; --soft: #55606f; --line: #d5dae1; --accent: #1f5a99;
  --alarm: #9a1c1c; --critical: #7a1f5c; --high: #b3261e; --medium: #8a5a00; --low: #1f5a99; --informational: #55606f; --hover: #eef2f7; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #12161d; --sheet: #1a2029; --ink: #e5e9ef; --soft: #a3aebd; --line: #343d4a; --accent: #86b6ec; --alarm: #ff9d94;
    --critical: #f08fce; --high: #ff9186; --medium: #e8b65a; --low: #86b6ec; --informational: #a3aebd; --hover: #222a35; }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 4rem; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: .5rem; z-index: 3; background: var(--sheet); padding: .4rem .8rem; }
header { position: sticky; top: 0; z-index: 2; background: var(--sheet); border-bottom: 1px solid var(--line); }
.bar, .wrap { max-width: 1320px; margin: 0 auto; padding: 0 1.25rem; }
.bar { display: flex; align-items: center; gap: 1.5rem; min-height: 3rem; }
.bar nav { display: flex; gap: 1.25rem; flex-wrap: wrap; }
.brand { font-weight: 700; letter-spacing: .04em; }
.tlp { margin-left: auto; background: #000; color: #ffc000; font: 600 13px/1 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; padding: .45rem .6rem; border-radius: 3px; white-space: nowrap; }
.verdict { padding-top: 1.5rem; }
h1 { font-size: 1.55rem; line-height: 1.25; margin: 0 0 .35rem; max-width: 62rem; overflow-wrap: anywhere; text-wrap: balance; }
h2 { font-size: 1.15rem; margin: 2rem 0 .75rem; }
h4 { font-size: .85rem; margin: 1.1rem 0 .3rem; color: var(--soft); }
p { margin: .4rem 0; max-width: 60rem; }
.soft { color: var(--soft); font-weight: 400; }
.alarm { color: var(--alarm); font-weight: 600; }
.tiles { display: flex; flex-wrap: wrap; gap: .75rem; list-style: none; padding: 0; margin: 0 0 1rem; }
.tiles li { background: var(--sheet); border: 1px solid var(--line); border-radius: 6px; padding: .5rem .9rem; min-width: 9rem; }
.big { display: block; font-size: 1.5rem; font-weight: 650; line-height: 1.3; font-variant-numeric: tabular-nums; }
.level { font-weight: 600; white-space: nowrap; }
.level.critical { color: var(--critical); } .level.high { color: var(--high); } .level.medium { color: var(--medium); }
.level.low { color: var(--low); } .level.informational { color: var(--informational); }
.scroll { overflow-x: auto; background: var(--sheet); border: 1px solid var(--line); border-radius: 6px; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .45rem .75rem; }
th { font-size: .8rem; font-weight: 600; color: var(--soft); border-bottom: 1px solid var(--line); white-space: nowrap; }
.plain tbody tr + tr td { border-top: 1px solid var(--line); }
.plain td { overflow-wrap: anywhere; min-width: 5rem; }
.rules td.name { min-width: 15rem; } .rules td.time { white-space: normal; min-width: 12.5rem; }
th.number, .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.time { font-variant-numeric: tabular-nums; white-space: nowrap; }
td.time { font-size: .9em; }
.name, .code { overflow-wrap: anywhere; }
.code, pre { font: 13px/1.45 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
pre { background: var(--ground); border: 1px solid var(--line); border-radius: 4px; padding: .75rem; margin: .3rem 0; max-height: 24rem; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
details > summary { cursor: pointer; padding: .35rem 0; }
section > details { margin: .75rem 0; }
section > details > summary { font-weight: 600; }
#coverage td:first-child { min-width: 18rem; }
#list { table-layout: fixed; } #list th { white-space: normal; } #list td.time { white-space: normal; overflow-wrap: anywhere; }
#list col.c-level { width: 10.5rem; } #list col.c-time { width: 14.5rem; } #list col.c-host { width: 18%; } #list col.c-user { width: 13%; } #list col.c-count { width: 5.5rem; }
.finding { border-top: 1px solid var(--line); }
.finding:hover { background: var(--hover); }
.finding td { padding-bottom: .1rem; }
.finding .title { font-weight: 600; overflow-wrap: anywhere; }
.finding .name { display: table-cell; }
.finding .more td { padding: 0 .75rem .35rem; }
.finding .more summary { color: var(--soft); padding: .1rem 0 .2rem; overflow-wrap: anywhere; }
.finding details[open] > summary { color: var(--ink); font-weight: 600; }
.detail { padding: .25rem 0 1rem 1rem; border-left: 3px solid var(--line); margin: .25rem 0 .5rem .25rem; }
.finding.critical .detail { border-color: var(--critical); } .finding.high .detail { border-color: var(--high); } .finding.medium .detail { border-color: var(--medium); }
.finding.low .detail { border-color: var(--low); }
.meaning { white-space: pre-line; }
.columns { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 3fr); gap: 0 2rem; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .15rem 1rem; margin: .3rem 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
.facts { gap: .35rem 1.5rem; background: var(--sheet); border: 1px solid var(--line); border-radius: 6px; padding: .9rem 1.1rem; }
ul.code { padding-left: 1.1rem; margin: .3rem 0; overflow-wrap: anywhere; }
form { display: grid; grid-template-columns: repeat(auto-fit, minmax(11rem, 1fr)); gap: .75rem 1rem; align-items: end; margin-bottom: .75rem; }
form label, fieldset legend { font-size: .8rem; color: var(--soft); display: block; padding: 0 0 .2rem; }
form .wide { grid-column: span 2; }
fieldset { border: 0; padding: 0; margin: 0; min-width: 0; grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
fieldset legend { float: left; margin-right: 1rem; line-height: 1.9; }
fieldset label { display: inline-flex; gap: .4rem; align-items: center; font-size: .95rem; color: var(--ink); min-height: 1.75rem; }
input, select, button { font: inherit; color: inherit; }
input[type="search"], input[type="text"], select { width: 100%; background: var(--sheet); border: 1px solid var(--soft); border-radius: 4px; padding: .35rem .5rem; min-height: 2.25rem; }
#f-from, #f-to { font-size: 13px; }
[aria-invalid="true"] { border: 2px solid var(--alarm) !important; }
::placeholder { color: var(--soft); opacity: 1; }
button { background: var(--sheet); border: 1px solid var(--soft); border-radius: 4px; padding: .35rem .8rem; min-height: 2.25rem; cursor: pointer; }
button:hover:enabled { background: var(--hover); }
button:disabled { color: var(--soft); border-color: var(--line); cursor: default; }
.chart { background: var(--sheet); border: 1px solid var(--line); border-radius: 6px; padding: .6rem .75rem .35rem; margin-bottom: .9rem; }
.chart p { margin: 0 0 .3rem; font-size: .85rem; max-width: none; }
svg { display: block; width: 100%; }
#chart { height: 130px; touch-action: pan-y; cursor: crosshair; user-select: none; -webkit-user-select: none; }
svg text { fill: var(--soft); font-size: 11px; }
.s-critical { fill: var(--critical); } .s-high { fill: var(--high); } .s-medium { fill: var(--medium); } .s-low { fill: var(--low); } .s-informational { fill: var(--informational); }
.s-out { opacity: .3; } .s-brush { fill: var(--accent); opacity: .18; } .s-axis { stroke: var(--line); }
.s-bar { fill: var(--accent); } svg text.s-figure { fill: var(--ink); }
.reason { display: grid; grid-template: "text drawn" auto "behind drawn" 1fr / minmax(0, 5fr) minmax(0, 3fr); gap: 0 2rem; border-top: 1px solid var(--line); margin-top: .8rem; }
.behind { grid-area: behind; } .drawn { grid-area: drawn; padding-top: 1rem; } .reason h4 { color: var(--ink); font-size: .95rem; }
.taken { font-weight: 600; max-width: none; }
.evidence { font: 13px/1.45 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; padding-left: 1.1rem; margin: .3rem 0; overflow-wrap: anywhere; columns: 2 20rem; gap: 1.5rem; } .evidence li { break-inside: avoid; }
.reason + .columns { border-top: 1px solid var(--line); margin-top: .8rem; }
.figures { width: auto; min-width: 14rem; font-size: 13px; line-height: 1.25; } .figures caption { text-align: left; color: var(--soft); font-size: 15px; padding-bottom: .3rem; }
.figures th, .figures td { padding: .1rem .75rem .1rem 0; border: 0; white-space: normal; overflow-wrap: anywhere; font-weight: 400; }
.pager { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; margin: .75rem 0; }
#told { margin: 0 0 .5rem; min-height: 1.5em; }
footer { padding-top: 2rem; padding-bottom: 2rem; font-size: .85rem; color: var(--soft); }
[hidden] { display: none !important; }
@media (max-width: 1100px) {
  .bar, .wrap { padding-left: .9rem; padding-right: .9rem; }
  .bar { flex-wrap: wrap; gap: .2rem 1rem; padding-top: .4rem; padding-bottom: .4rem; }
  .bar nav { order: 3; width: 100%; gap: .9rem; font-size: .9rem; }
  .brand { margin-right: auto; } .tlp { margin-left: 0; }
  h1 { font-size: 1.25rem; }
  .tiles li { min-width: 7rem; padding: .35rem .7rem; }
  form .wide { grid-column: 1 / -1; }
  .reason { grid-template: "text" "drawn" "behind" / minmax(0, 1fr); } .drawn { padding-top: .4rem; }
  .columns, .facts { grid-template-columns: minmax(0, 1fr); gap: .1rem; }
  .facts dd { margin-bottom: .5rem; }
  .rules, .rules tbody, .rules tr { display: block; } .rules thead { display: none; } .rules tr { padding: .4rem .2rem; }
  .rules td, .rules td.name, .rules td.time { display: inline-block; min-width: 0; padding: .05rem .5rem; } .rules td.what { display: block; } .rules td:empty { display: none; }
  .rules tbody tr + tr { border-top: 1px solid var(--line); } .rules tbody tr + tr td { border: 0; } .rules td.number::before { content: "findings: "; color: var(--soft); }
  #coverage table { width: max-content; min-width: 100%; } #coverage td, #coverage td:first-child { min-width: 0; max-width: 18rem; }
  #list { display: block; } #list colgroup, #list thead { display: none; }
  #list tbody { display: block; padding: .4rem .2rem; } #list tr { display: block; }
  #list td { display: inline-block; padding: .05rem .5rem; } #list td.title, #list .more td { display: block; } #list td:empty { display: none; }
  #list td.number::before { content: "records: "; color: var(--soft); }
  #list .plain { display: table; } #list .plain tr { display: table-row; } #list .plain td, #list .plain th { display: table-cell; } #list .plain thead { display: table-header-group; }
  #list .plain td, #list .plain th { padding: .3rem .6rem .3rem 0; } #list .plain td:first-child { min-width: 5.5rem; }
  #list .plain tbody { display: table-row-group; padding: 0; } #list .plain td.number::before, #list .figures td.number::before { content: none; }
  #list .figures { display: table; } #list .figures tbody { display: table-row-group; padding: 0; } #list .figures tr { display: table-row; }
  #list .figures td { display: table-cell; padding: .1rem .75rem .1rem 0; }
}
@media print {
  :root { color-scheme: light; --ground: #fff; --sheet: #fff; --ink: #000; --soft: #333; --line: #999; --accent: #1f5a99; --alarm: #9a1c1c;
    --critical: #7a1f5c; --high: #b3261e; --medium: #8a5a00; --low: #1f5a99; --informational: #55606f; }
  header { position: static; } form, .pager button, .chart, .skip, nav { display: none; }
  .scroll { overflow: visible; border: 0; } pre { max-height: none; } tr, .tiles li { break-inside: avoid; } h2, h4 { break-after: avoid; }
  .tlp { border: 1px solid #000; -webkit-print-color-adjust: exact; print-color-adjust: exact; } body { font-size: 11px; }
}
)css";

}  // namespace custos::share::page
