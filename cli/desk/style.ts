/** The stylesheet of the desk. Its colors have the names that the charts use. */
export const styleSheet = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --text: #1a2230; --quiet: #566173; --rule: #dfe4ea; --accent: #1d5bb5; --on-accent: #fff;
  --rate: #1d5bb5; --sends: #9aa9bb; --line: #566173;
  --approaching: #8a5200; --critical: #b3261e; --ok: #1b6e37; --note: #55489c;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #11151b; --card: #1a2028; --text: #e6eaf0; --quiet: #a3b0bf; --rule: #313b47; --accent: #8ab8f8; --on-accent: #10151c;
    --rate: #8ab8f8; --sends: #62738a; --line: #a3b0bf;
    --approaching: #f0b24a; --critical: #ff9a90; --ok: #78d496; --note: #bfb5f7;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 72rem; margin: 0 auto; padding: 0 1rem; }
header { display: grid; grid-template-columns: 1fr auto; gap: .5rem 1rem; align-items: center; padding-top: .75rem; }
.stack { margin: 0; color: var(--quiet); font-size: .875rem; overflow-wrap: anywhere; }
.stack strong { color: var(--text); font-size: 1rem; }
nav { grid-column: 1 / -1; border-bottom: 1px solid var(--rule); }
nav ul { display: flex; flex-wrap: wrap; gap: 0 1.25rem; margin: 0; padding: 0; list-style: none; }
nav a { display: block; padding: .5rem 0; color: var(--quiet); text-decoration: none; border-bottom: 3px solid transparent; }
nav a:hover { color: var(--text); }
nav a[aria-current] { color: var(--text); font-weight: 600; border-color: var(--accent); }
.search { display: flex; gap: .5rem; align-items: center; }
.search label { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
.skip { position: absolute; left: -99rem; }
.skip:focus { position: static; display: block; padding: .5rem 1rem; }
a { color: var(--accent); }
h1 { margin: 1.25rem 0 .75rem; font-size: 1.625rem; line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin: 1.75rem 0 .5rem; font-size: 1.1875rem; line-height: 1.25; overflow-wrap: anywhere; }
p { margin: .375rem 0; max-width: 46rem; overflow-wrap: anywhere; }
.quiet, footer { color: var(--quiet); font-size: .875rem; }
footer { padding-block: 2rem; }
.card { margin: .75rem 0; padding: 1rem; background: var(--card); border: 1px solid var(--rule); border-radius: .5rem; break-inside: avoid; }
.card > :first-child { margin-top: 0; }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 20rem), 1fr)); gap: 0 1rem; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; font-variant-numeric: tabular-nums; }
th, td { padding: .4375rem .75rem .4375rem 0; text-align: left; vertical-align: top; overflow-wrap: break-word; }
th { color: var(--quiet); font-weight: 600; white-space: nowrap; }
tbody tr { border-top: 1px solid var(--rule); }
.number { text-align: right; white-space: nowrap; }
.time { white-space: nowrap; }
td .address { display: inline-block; min-width: 11rem; overflow-wrap: anywhere; }
pre, code { font: .875rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { margin: .375rem 0; white-space: pre-wrap; }
button, input, select, textarea { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--quiet); border-radius: .375rem; padding: .375rem .625rem; max-width: 100%; }
textarea { width: 100%; min-height: 12rem; font: .875rem/1.5 ui-monospace, monospace; }
button { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; cursor: pointer; }
button.plain { background: var(--card); color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
input[type=checkbox] { width: 1.125rem; height: 1.125rem; }
form.fields { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; }
form.fields label, .field { display: grid; grid-template-columns: minmax(0, 1fr); min-width: 0; max-width: 100%; gap: .125rem; font-size: .875rem; color: var(--quiet); }
form.fields input, form.fields select { color: var(--text); font-size: 1rem; }
form.fields select { max-width: 16rem; }
form.fields label.check { grid-template-columns: none; }
.check { display: flex !important; gap: .5rem !important; align-items: center; }
.badge { display: inline-block; padding: 0 .5rem; border: 1px solid currentColor; border-radius: 1rem; font-size: .8125rem; font-weight: 600; white-space: nowrap; color: var(--tone, var(--quiet)); }
.critical { --tone: var(--critical); } .approaching { --tone: var(--approaching); } .ok { --tone: var(--ok); } .note { --tone: var(--note); }
.lined { border-left: .25rem solid var(--tone, var(--rule)); }
.problem { font-weight: 600; }
.big { font-size: 1.375rem; font-weight: 600; }
ol.timeline { margin: .75rem 0; padding: 0 0 0 1.25rem; list-style: none; border-left: 2px solid var(--rule); }
ol.timeline li { position: relative; margin: 0 0 1rem; }
ol.timeline li::before { content: ''; position: absolute; left: -1.6875rem; top: .5rem; width: .75rem; height: .75rem; border-radius: 50%; background: var(--tone, var(--quiet)); border: 2px solid var(--page); }
svg { display: block; width: 100%; height: auto; }
svg.bar { display: inline-block; width: 6rem; height: .75rem; vertical-align: middle; }
.narrow { display: none; }
@media screen and (max-width: 40rem) {
  header { grid-template-columns: 1fr; }
  .search input { flex: 1; min-width: 0; }
  .wide { display: none; }
  .narrow { display: block; }
}
@media print {
  :root { --page: #fff; }
  nav, .search, footer, form, .skip { display: none; }
  header, main { max-width: none; padding: 0; }
  .scroll { overflow: visible; }
  table { font-size: .75rem; }
  th { white-space: normal; }
}
`;

/** An envelope that comes back. */
export const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1d5bb5"/><path d="M3 5h10v7H3zm0 0 5 4 5-4" fill="none" stroke="#fff" stroke-width="1.3"/></svg>';
