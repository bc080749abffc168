import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { SOURCE_KINDS, type SourceKind } from '../../core/configuration.ts'
import { snippets } from '../../core/snippets.ts'
import { isSqlKind, type SqlKind } from '../../core/sql/settings.ts'
import { javascriptSteps, LANGUAGES, languagesFor, serverSteps, VENDORS } from './set-up-code.ts'

const PLACE = { host: 'https://events.example.com', writeKey: 'key-1' }

describe('what is to be copied', () => {
  for (const vendor of VENDORS) {
    for (const language of LANGUAGES) {
      test(`${language} with ${vendor} holds the host and the write key`, () => {
        const steps =
          language === 'javascript'
            ? javascriptSteps(vendor, snippets(PLACE))
            : serverSteps(language, vendor, PLACE)
        const all = steps.map(({ code }) => code).join('\n')
        assert.match(all, /events\.example\.com/)
        assert.match(all, /key-1/)
      })
    }
  }
  for (const vendor of VENDORS) {
    for (const language of ['ios', 'android'] as const) {
      test(`${language} with ${vendor} names the host without its scheme, which the library adds`, () => {
        const [step] = serverSteps(language, vendor, PLACE)
        assert.doesNotMatch(step?.code ?? '', /https:\/\//)
        assert.match(step?.code ?? '', /"events\.example\.com\/v1"/)
      })
    }
  }
})

describe('the languages of a source', () => {
  for (const kind of SOURCE_KINDS.filter((one) => !isSqlKind(one)) as Exclude<SourceKind, SqlKind>[]) {
    test(`${kind}: its own first, and no snippet for what runs in no page`, () => {
      const languages = languagesFor(kind)
      assert.equal(languages[0], kind === 'http' ? 'curl' : kind)
      assert.equal(languages.includes('javascript'), kind === 'javascript')
      assert.equal(new Set(languages).size, languages.length)
    })
  }
})
