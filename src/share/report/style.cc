#include "share/report/paper.h"

namespace custos::share::paper {

// Black on white first: it is printed. Levels differ by word and shape; colour only helps.
const std::string_view kPaper = R"css(
:root { --ink: #16202c; --soft: #4d5968; --line: #c9d0d8; --tint: #f2f4f7; --accent: #1f4f86; --critical: #7a1f5c; --high: #a3231b; --medium: #7a4f00; --low: #1f4f86; }
* { box-sizing: border-box; }
html { background: #fff; }
body { margin: 0 auto; padding: 0 1.5rem 3rem; max-width: 62rem; color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
a { color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: .5rem; background: #fff; padding: .4rem .8rem; }
header { border-bottom: 3px solid var(--ink); padding: 1.25rem 0 1rem; margin-bottom: 1rem; }
.bar { display: flex; justify-content: space-between; align-items: center; gap: 1rem; }
.kind { font-weight: 600; color: var(--soft); }
.tlp { background: #000; color: #fff; font: 600 13px/1 ui-monospace, "DejaVu Sans Mono", Menlo, monospace; padding: .45rem .6rem; border: 2px solid #000; white-space: nowrap; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: .7rem 0 .4rem; overflow-wrap: anywhere; }
h2 { font-size: 1.3rem; margin: 2.4rem 0 .6rem; padding-bottom: .2rem; border-bottom: 1px solid var(--ink); break-after: avoid; overflow-wrap: anywhere; }
h3 { font-size: 1.05rem; margin: 1.6rem 0 .4rem; break-after: avoid; }
h4 { font-size: .95rem; margin: 1rem 0 .25rem; color: var(--soft); break-after: avoid; }
p { margin: .4rem 0; }
.soft, figcaption { color: var(--soft); }
.note { background: var(--tint); border-left: 4px solid var(--line); padding: .5rem .8rem; margin: .6rem 0; }
nav ol { columns: 2; margin: .3rem 0 0; padding-left: 1.4rem; }
nav li { break-inside: avoid; }
dl { display: grid; grid-template-columns: minmax(9rem, 13rem) minmax(0, 1fr); gap: .45rem 1.25rem; margin: .6rem 0; }
dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
dd ul { margin: 0; padding-left: 1.1rem; }
.decide { border: 2px solid var(--ink); padding: .9rem 1.1rem; }
.decide dd strong { font-size: 1.08rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; font-size: .92rem; }
th, td { text-align: left; vertical-align: top; padding: .32rem .6rem .32rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
th { font-size: .82rem; color: var(--soft); border-bottom: 1px solid var(--ink); overflow-wrap: normal; }
.k { overflow-wrap: normal; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
td.t, .t { white-space: nowrap; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
td.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; overflow-wrap: normal; padding-right: 1.2rem; }
.code { font: 12.5px/1.45 ui-monospace, "DejaVu Sans Mono", Menlo, monospace; overflow-wrap: anywhere; }
.level { font-weight: 600; white-space: nowrap; }
.level.critical { color: var(--critical); } .level.high { color: var(--high); } .level.medium { color: var(--medium); } .level.low { color: var(--low); }
.refs { font-size: .85em; color: var(--soft); }
.refs a { text-decoration: none; }
.story { list-style: none; padding: 0; margin: .5rem 0; }
.story li { display: grid; grid-template-columns: 9.6rem 9.5rem minmax(0, 1fr); gap: 0 .8rem; padding: .3rem 0; border-bottom: 1px solid var(--line); break-inside: avoid; }
.story .stage { color: var(--soft); }
.story .what { overflow-wrap: anywhere; }
figure { margin: .6rem 0; break-inside: avoid; }
svg { width: 100%; height: auto; display: block; border: 1px solid var(--line); background: #fff; }
svg text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; fill: var(--ink); }
svg .small { font-size: 11px; fill: var(--soft); }
svg .grid { stroke: var(--line); stroke-width: 1; }
svg .shape { fill: #fff; stroke: var(--ink); stroke-width: 1.5; }
svg .inner { fill: none; stroke: var(--ink); stroke-width: 1; }
svg .strong { stroke-width: 3; }
svg .dashed { stroke-dasharray: 5 3; }
svg .edge { fill: none; stroke: #5c6875; stroke-opacity: .55; }
svg .mark { fill: var(--ink); stroke: #fff; stroke-width: 1; }
svg .hollow { fill: #fff; stroke: var(--ink); stroke-width: 1.5; }
@media print {
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  header { padding-top: 0; }
  .tlp { color: #000; background: #fff; }
  a { color: inherit; text-decoration: none; }
  .skip { display: none; }
  .incident ~ .incident { break-before: page; }
  .decide { break-inside: avoid; }
  table { font-size: 8.6pt; }
  .story li { grid-template-columns: 8.4rem 7.4rem minmax(0, 1fr); font-size: 9.5pt; }
  svg { border: 0; }
  .code { font-size: 7.8pt; }
  dl { grid-template-columns: minmax(8rem, 10rem) minmax(0, 1fr); }
}
@media (max-width: 45rem) {
  dl, .story li { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dd { margin-bottom: .5rem; }
  nav ol { columns: 1; }
  section { overflow-x: auto; }
}
)css";

}  // namespace custos::share::paper
