import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

/** Where systems put it. Debian's and Ubuntu's package, Google's, macOS's, Windows's. */
const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]
const executablePath = PLACES.find((place) => existsSync(place))

/** Why tests in a browser cannot run here; `false` when they can. */
export const noChromium =
  executablePath === undefined && 'this machine has no Chromium: "apt-get install chromium" brings it'

/** A browser that reaches nothing but this machine: whatever else a page asks for must be answered by the test. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch(chromiumOptions())
}

export function chromiumOptions(...more: readonly string[]) {
  const none = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'
  return {
    executablePath: executablePath as string,
    args: ['--no-sandbox', '--disable-gpu', none, ...more],
  }
}
