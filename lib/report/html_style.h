#pragma once
#include <string_view>

namespace alohook {

/// The style sheet of the HTML report. Colours are named by what they mean; the dark ones replace them.
inline constexpr std::string_view html_style = R"css(
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --line: #d9dee5; --ink: #1b2430; --quiet: #566273; --code: #f0f2f5;
  --pass: #12703a; --fail: #b3191f; --warn: #8a5300; --link: #0b57b7;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161c; --card: #1b2129; --line: #333d49; --ink: #e7ecf2; --quiet: #a3afbd; --code: #11151a;
    --pass: #5fd08b; --fail: #ff8a84; --warn: #f0b454; --link: #83b7ff;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 62rem; background: var(--page); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
h3 { font-size: .95rem; margin: 1rem 0 .25rem; }
p { margin: .25rem 0; }
a { color: var(--link); }
ul { margin: .5rem 0; padding-left: 1.25rem; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.quiet { color: var(--quiet); }
.verdict { border-left: .4rem solid var(--line); background: var(--card); border-radius: .4rem; padding: 1rem 1.25rem; }
.verdict.right { border-color: var(--pass); }
.verdict.wrong { border-color: var(--fail); }
.verdict.undecided { border-color: var(--warn); }
.pass { color: var(--pass); }
.fail { color: var(--fail); }
.wish, .inconclusive { color: var(--warn); }
.skip { color: var(--quiet); }
table { border-collapse: collapse; overflow-wrap: normal; margin: 1rem 0 0; font-variant-numeric: tabular-nums; }
th, td { text-align: right; padding: .2rem .7rem; border-bottom: 1px solid var(--line); }
th:first-child { text-align: left; padding-left: 0; }
thead th { font-weight: 500; color: var(--quiet); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .75rem 0; }
dt { color: var(--quiet); }
dd { margin: 0; min-width: 0; }
code, pre { font: .875em/1.45 ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; }
pre { background: var(--code); border: 1px solid var(--line); border-radius: .3rem; padding: .6rem .75rem; margin: .35rem 0;
  overflow-x: auto; white-space: pre-wrap; }
pre.dump { white-space: pre; overflow-wrap: normal; }
details { background: var(--card); border: 1px solid var(--line); border-radius: .4rem; margin: .35rem 0; }
summary { cursor: pointer; padding: .45rem .75rem; display: flex; flex-wrap: wrap; gap: 0 .75rem; align-items: baseline;
  list-style: none; border-radius: .4rem; }
summary::-webkit-details-marker { display: none; }
summary::before { content: "▸"; color: var(--quiet); width: .8em; flex: none; }
details[open] > summary::before { content: "▾"; }
summary .result { flex: none; width: 8rem; font-weight: 600; }
summary .id { font-weight: 600; flex: 0 0 14.5rem; }
summary .what { flex: 1 1 18rem; }
summary .time { flex: none; color: var(--quiet); font-size: .875em; margin-left: auto; }
.inside { padding: 0 .75rem .75rem; border-top: 1px solid var(--line); }
.inside details { background: none; }
.inside summary { padding: .3rem .5rem; }
@media (max-width: 36rem) {
  body { padding: 1rem .6rem 2rem; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; }
  th, td { padding: .2rem .25rem; font-size: .8rem; }
  .verdict { padding: .75rem; }
  summary .result { width: auto; }
  summary .id { flex: 1 1 auto; }
  summary .what { flex-basis: 100%; }
}
@media print {
  :root { --page: #fff; --card: #fff; --line: #bbb; --ink: #000; --quiet: #444; --code: #fff; --pass: #064; --fail: #900;
    --warn: #640; --link: #000; }
  body { max-width: none; padding: 0; font-size: 11px; }
  details, .verdict, pre { break-inside: avoid; }
  .save { display: none; }
}
)css";

}  // namespace alohook
