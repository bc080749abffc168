import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { DESTINATION_STATES } from '../../contract/configuration.ts'
import { sentence, stateWords } from './state-words.ts'

describe('What a state means', () => {
  for (const state of DESTINATION_STATES) {
    const isWell = state === 'flowing' || state === 'in pages'
    test(`${state}: ${isWell ? 'nothing more to say' : 'what becomes of events, and the reason where there is one'}`, () => {
      const words = stateWords({ name: 'Heap', state, reason: { code: 'X', text: 'it answered 503' } })
      if (isWell) assert.equal(words, undefined)
      else assert.match(words?.text ?? '', /events|waits/i)
      const hasReason = ['waiting for budget', 'backing off', 'held'].includes(state)
      assert.equal(words?.text.includes('It answered 503.') ?? false, hasReason)
    })
  }
})

const sentences: readonly (readonly [text: string, whole: string])[] = [
  ['it answered 503', 'It answered 503.'],
  ['Done.', 'Done.'],
  ['why?', 'Why?'],
]
describe('A reason as a sentence', () => {
  for (const [text, whole] of sentences) test(whole, () => assert.equal(sentence(text), whole))
})
