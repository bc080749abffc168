import { createHash } from 'node:crypto'
import { PAGE_SCRIPT } from './script.ts'
import { PAGE_STYLE } from './style.ts'

/**
 * The sandbox's page: one file, nothing from outside. What the script fills in is hidden until there is something to
 * show, so the page never jumps from a wrong state to a right one.
 */
export const PAGE_HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sandbox Heap</title>
<link rel="icon" href="data:,">
<style>${PAGE_STYLE}</style>
</head>
<body>
<header>
  <div>
    <h1>Sandbox Heap</h1>
    <p>Takes what Heap's server API documents, refuses the rest, and keeps nothing when it stops.</p>
  </div>
  <p id="live" role="status">Loading…</p>
</header>
<main>
  <noscript><p class="notice">This page needs JavaScript. The same facts are at <a href="state">state</a>, as JSON.</p></noscript>
  <p id="faults" class="notice" role="status" hidden></p>

  <section id="empty" aria-labelledby="empty-title" hidden>
    <h2 id="empty-title">Nothing has arrived yet</h2>
    <p>Give a Heap destination this address, with any digits as its App Id:</p>
    <pre tabindex="0"><code id="address"></code></pre>
    <p>Or send an event by hand:</p>
    <pre tabindex="0"><code id="command"></code></pre>
  </section>

  <div id="content" hidden>
    <div id="toolbar">
      <label id="app-choice">App <select id="app"></select></label>
      <button id="reset" type="button">Forget everything</button>
    </div>
    <dl id="counts"></dl>
    <section id="refusals-section" aria-labelledby="refusals-title">
      <h2 id="refusals-title">Refused requests <small></small></h2>
      <div class="scroll"><table id="refusals" aria-labelledby="refusals-title"></table></div>
    </section>
    <section id="dropped-section" aria-labelledby="dropped-title">
      <h2 id="dropped-title">Links that Heap drops silently <small></small></h2>
      <div class="scroll"><table id="dropped" aria-labelledby="dropped-title"></table></div>
    </section>
    <section aria-labelledby="events-title">
      <h2 id="events-title">Events <small></small></h2>
      <p id="only" class="notice" tabindex="-1" hidden>
        <span>Only the history of <b id="only-person"></b></span>
        <button id="everybody" type="button">Show everybody</button>
      </p>
      <div class="scroll"><table id="events" aria-labelledby="events-title"></table></div>
    </section>
    <section aria-labelledby="users-title">
      <h2 id="users-title" tabindex="-1">Users <small></small></h2>
      <div class="scroll"><table id="users" aria-labelledby="users-title"></table></div>
    </section>
    <section id="accounts-section" aria-labelledby="accounts-title">
      <h2 id="accounts-title">Accounts <small></small></h2>
      <div class="scroll"><table id="accounts" aria-labelledby="accounts-title"></table></div>
    </section>
    <section id="deletions-section" aria-labelledby="deletions-title">
      <h2 id="deletions-title">Deletions <small></small></h2>
      <div class="scroll"><table id="deletions" aria-labelledby="deletions-title"></table></div>
    </section>
    <section aria-labelledby="breaches-title">
      <div class="heading">
        <h2 id="breaches-title">Rate limits</h2>
        <label>A request over one is
          <select id="limits">
            <option value="off">not looked for</option>
            <option value="count">taken and counted</option>
            <option value="refuse">refused with 429</option>
          </select>
        </label>
      </div>
      <div class="scroll"><table id="breaches" aria-labelledby="breaches-title"></table></div>
    </section>
  </div>
</main>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`

/** Only this script and this style run, and only this server is asked: a second lock behind `textContent`. */
export const PAGE_CSP = [
  "default-src 'none'",
  `script-src '${hash(PAGE_SCRIPT)}'`,
  `style-src '${hash(PAGE_STYLE)}'`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'self'",
].join('; ')

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`
}
