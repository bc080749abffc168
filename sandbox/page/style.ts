/** Inline, so the page needs nothing else. Colours keep 4.5:1 or more against their ground in both schemes. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f7f9, #14171c);
  --card: light-dark(#ffffff, #1c2027);
  --text: light-dark(#1b1f26, #e6e9ee);
  --quiet: light-dark(#5a6472, #9aa4b2);
  --line: light-dark(#dfe3e9, #303742);
  --good: light-dark(#1a7a45, #5fd296);
  --bad: light-dark(#b3261e, #ff8a80);
  --notice: light-dark(#fff4d6, #3a2f12);
  --key: light-dark(#3d5a98, #9db8f2);
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body {
  margin: 0 auto; padding: 2rem clamp(1rem, 4vw, 2.5rem) 4rem; max-width: 76rem;
  background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif;
}
header { display: flex; justify-content: space-between; align-items: start; gap: 1rem; flex-wrap: wrap; margin-bottom: 1.5rem; }
h1 { margin: 0; font-size: 1.5rem; line-height: 1.3; letter-spacing: -0.01em; }
header p { margin: 0.15rem 0 0; color: var(--quiet); }
#live { display: flex; align-items: center; gap: 0.5rem; font-size: 0.875rem; margin-top: 0.4rem; }
#live::before { content: ""; width: 0.55rem; height: 0.55rem; border-radius: 50%; background: var(--good); }
#live.lost { color: var(--bad); }
#live.lost::before { background: var(--bad); }
h2 { margin: 2rem 0 0.6rem; font-size: 1.0625rem; }
h2 small { margin-left: 0.35rem; font-size: 0.875rem; font-weight: 400; color: var(--quiet); }
.notice { margin: 0 0 1.25rem; padding: 0.7rem 1rem; border-radius: 8px; background: var(--notice); overflow-wrap: anywhere; }
#empty { padding: 1.75rem; border: 1px solid var(--line); border-radius: 10px; background: var(--card); }
#empty h2 { margin-top: 0; }
#empty p { margin: 1rem 0 0.4rem; }
pre { margin: 0; padding: 0.8rem 1rem; border-radius: 8px; background: var(--ground); border: 1px solid var(--line); overflow-x: auto; }
code, pre { font: 0.8125rem/1.6 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
#toolbar { display: flex; justify-content: space-between; align-items: center; gap: 1rem; flex-wrap: wrap; margin-bottom: 0.75rem; }
label { color: var(--quiet); }
select, button {
  font: inherit; color: var(--text); background: var(--card);
  border: 1px solid var(--line); border-radius: 7px; padding: 0.3rem 0.7rem; min-height: 2.25rem;
}
.heading { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 0 1rem; margin-bottom: 0.6rem; }
.heading h2 { margin-bottom: 0; }
#only { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.5rem 1rem; margin-bottom: 0.75rem; }
.person { min-height: 0; margin: 0; padding: 0; border: 0; background: none; color: var(--key); text-align: left; overflow-wrap: inherit; }
.person:hover { text-decoration: underline; }
select { margin-left: 0.4rem; }
button { cursor: pointer; margin-left: auto; }
button:hover { border-color: var(--quiet); }
:focus-visible { outline: 2px solid var(--key); outline-offset: 2px; }
#counts { display: grid; grid-template-columns: repeat(auto-fit, minmax(max(9rem, 17%), 1fr)); gap: 0.75rem; margin: 0; }
#counts > div { padding: 0.75rem 1rem; border: 1px solid var(--line); border-radius: 10px; background: var(--card); }
dt { color: var(--quiet); font-size: 0.8125rem; }
dd { margin: 0; font-size: 1.5rem; line-height: 1.3; font-weight: 600; font-variant-numeric: tabular-nums; }
.bad { color: var(--bad); text-decoration-thickness: 1px; text-underline-offset: 0.2em; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 10px; background: var(--card); }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 0.5rem 1rem; text-align: left; vertical-align: top; }
th { font-size: 0.8125rem; font-weight: 500; color: var(--quiet); border-bottom: 1px solid var(--line); white-space: nowrap; }
tr + tr td { border-top: 1px solid var(--line); }
td { max-width: 40rem; overflow-wrap: break-word; font-variant-numeric: tabular-nums; }
td:last-child { width: 55%; min-width: 16rem; overflow-wrap: anywhere; }
time { white-space: nowrap; }
.none td { color: var(--quiet); }
.properties { display: flex; flex-wrap: wrap; gap: 0.1rem 1rem; }
.properties b { font-weight: 500; color: var(--key); }
@media (max-width: 44rem) {
  thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  tr { display: block; padding: 0.5rem 1rem; }
  tr + tr { border-top: 1px solid var(--line); }
  td, td:last-child, tr + tr td { display: flex; gap: 0.75rem; width: auto; min-width: 0; padding: 0.15rem 0; border: 0; overflow-wrap: anywhere; }
  td[data-column]::before { content: attr(data-column); flex: 0 0 5.5rem; color: var(--quiet); font-size: 0.8125rem; line-height: 1.75; }
}
`
