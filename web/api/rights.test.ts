import assert from 'node:assert/strict'
import { test } from 'node:test'
import { rightsText } from './rights.ts'

const rows: readonly (readonly [details: Record<string, unknown>, text: string | undefined])[] = [
  [{ needs: 'edit', role: 'viewer' }, 'It takes an editor or an admin; you are a viewer.'],
  [{ needs: 'manage', role: 'editor' }, 'It takes an admin; you are an editor.'],
  [{ problem: 'a token is no person' }, undefined],
  [{ needs: 'edit' }, undefined],
]
for (const [details, text] of rows)
  test(`${JSON.stringify(details)}: ${text}`, () => assert.equal(rightsText(details), text))
