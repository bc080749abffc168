import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command, Io } from './command.ts'

/** Runs a command and tells what it wrote, line by line, and its exit code. */
export async function run<Deps>(command: Command<Deps>, deps: Deps, ...args: readonly string[]) {
  const out: string[] = []
  const err: string[] = []
  const io: Io = { out: (line) => out.push(line), err: (line) => err.push(line) }
  const code = await command.run(deps, args, io)
  return { code, out, err }
}

/** Runs `use` with a folder of its own, and removes the folder. */
export async function inFolder(use: (folder: string) => Promise<unknown>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-'))
  try {
    await use(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

export const RIGHT = `
sources:
  - id: website
    name: Website
    kind: javascript
    writeKey: website-key
destinations:
  - id: heap
    name: Heap
    kind: heap
    sources: [website]
    settings:
      appId: "1234567890"
  - id: hook
    name: Webhook
    kind: webhook
    sources: [website]
    settings:
      url: https://example.com/hook
      secret: hunter2
    actions:
      - id: signups
        action: sendEvent
        name: Sign-ups
        enabled: false
        trigger: event = "Signed Up"
        mapping:
          body:
            "@path": $.properties
`

/** A source of no kind (lines 4 and 6), an app id that is none (12), a trigger that cannot be read (14). */
export const WRONG = `sources:
  - id: website
    name: Website
    kind: telepathy
    writeKey: website-key
  - { id: backend, name: Backend, kind: nodejs, writeKey: backend-key }
destinations:
  - id: heap
    name: Heap
    kind: heap
    settings:
      appId: "abc"
    actions:
      - { id: t, action: trackEvent, trigger: "type = " }
`
