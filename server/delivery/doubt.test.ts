import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { ErrorCode } from '../../core/errors.ts'
import type { BoundDelivery } from '../../core/instance.ts'
import { ASIDE_MAX, type Doubt, doubtAfter, placeOf, type Verdict, verdictOn, witness } from './doubt.ts'

const PLACE = 'POST https://heap.example/api/track'

describe('The doubt about a batch that fails', () => {
  type Row = { title: string; failures: [place: string, answers: number][]; times: number; isNews: boolean }
  const rows: Row[] = [
    { title: 'is none at its first failure', failures: [[PLACE, 7]], times: 0, isNews: false },
    {
      title: 'is none while nothing is answered',
      failures: [
        [PLACE, 7],
        [PLACE, 7],
        [PLACE, 7],
      ],
      times: 0,
      isNews: false,
    },
    {
      title: 'grows with each failure before which others were answered',
      failures: [
        [PLACE, 7],
        [PLACE, 9],
        [PLACE, 10],
      ],
      times: 2,
      isNews: true,
    },
    {
      title: 'stays, and is no news, when nobody was answered since',
      failures: [
        [PLACE, 7],
        [PLACE, 9],
        [PLACE, 9],
      ],
      times: 1,
      isNews: false,
    },
    {
      title: 'begins anew at another place',
      failures: [
        [PLACE, 7],
        [PLACE, 9],
        ['POST https://heap.example/api/identify', 99],
      ],
      times: 0,
      isNews: false,
    },
  ]
  for (const { title, failures, times, isNews } of rows) {
    test(title, () => {
      let doubt: Doubt | undefined
      for (const [place, answers] of failures) doubt = doubtAfter(doubt, place, answers)
      assert.deepEqual([doubt?.times, doubt?.isNews], [times, isNews])
    })
  }

  test('knows a place by method and address, whatever its query', () => {
    const at = (url: string) => placeOf({ method: 'POST', url })
    assert.equal(at('https://a.example/x?time=1'), at('https://a.example/x?time=2'))
    assert.notEqual(at('https://a.example/x'), at('https://a.example/y'))
  })
})

describe('A batch that failed', () => {
  type Row = {
    title: string
    code?: ErrorCode
    deliveries?: number
    times?: number
    isNews?: boolean
    failures?: number
    aside?: number
    hasGuessed?: boolean
    verdict: Verdict
  }
  const rows: Row[] = [
    { title: 'once waits', verdict: 'wait' },
    { title: 'while others were answered once waits', times: 1, isNews: true, verdict: 'wait' },
    { title: 'while others were answered twice is cut', times: 2, isNews: true, verdict: 'cut' },
    { title: 'and is one delivery is set aside', times: 2, isNews: true, deliveries: 1, verdict: 'aside' },
    { title: 'with no news of others waits', times: 2, isNews: false, verdict: 'wait' },
    {
      title: 'for a time-out is cut too',
      times: 2,
      isNews: true,
      code: 'DESTINATION_TIMEOUT',
      verdict: 'cut',
    },
    {
      title: 'for a connection that broke is cut too',
      times: 2,
      isNews: true,
      code: 'DESTINATION_UNREACHABLE',
      verdict: 'cut',
    },
    {
      title: 'because it is too much waits',
      times: 2,
      isNews: true,
      code: 'DESTINATION_THROTTLED',
      verdict: 'wait',
    },
    {
      title: 'for what looks like wrong settings, while others were answered twice, is cut',
      times: 2,
      isNews: true,
      code: 'DESTINATION_MISCONFIGURED',
      verdict: 'cut',
    },
    {
      title: 'for wrong settings, with no news of others, waits',
      times: 2,
      code: 'DESTINATION_MISCONFIGURED',
      verdict: 'wait',
    },
    {
      title: 'for wrong settings is never a guess',
      failures: 60,
      deliveries: 1,
      code: 'DESTINATION_MISCONFIGURED',
      verdict: 'wait',
    },
    { title: '5 times with everything else goes whole', failures: 5, verdict: 'wait' },
    {
      title: '6 times with everything else sends its first delivery ahead',
      failures: 6,
      verdict: 'first alone',
    },
    { title: '6 times, and is one delivery, is a guess', failures: 6, deliveries: 1, verdict: 'guess' },
    {
      title: '6 times waits when there was a guess a moment ago',
      failures: 6,
      deliveries: 1,
      hasGuessed: true,
      verdict: 'wait',
    },
    { title: 'and was cut, with no news, waits twice', times: 3, failures: 2, verdict: 'wait' },
    {
      title: 'and was cut, with no news, then sends its first ahead',
      times: 3,
      failures: 3,
      verdict: 'first alone',
    },
    {
      title: 'waits when too much is set aside already: a receiver fails, and not an event',
      times: 2,
      isNews: true,
      deliveries: 1,
      aside: ASIDE_MAX,
      verdict: 'wait',
    },
    {
      title: 'is set aside as the last that there is room for',
      times: 2,
      isNews: true,
      deliveries: 1,
      aside: ASIDE_MAX - 1,
      verdict: 'aside',
    },
  ]
  for (const row of rows) {
    const { title, code = 'DESTINATION_FAILED', deliveries = 4, times = 0, isNews = false } = row
    const { failures = 1, aside = 0, hasGuessed = false, verdict } = row
    test(title, () => {
      const seen = witness(() => 1_000, aside)
      if (hasGuessed) seen.guess()
      const found = verdictOn({
        code,
        doubt: { place: PLACE, answers: 3, times, isNews },
        failures,
        deliveries: Array.from({ length: deliveries }, () => ({}) as BoundDelivery),
        witness: seen,
      })
      assert.equal(found, verdict)
    })
  }
})

describe("An instance's witness", () => {
  test('may guess again after ten minutes', () => {
    let now_ms = 5_000
    const seen = witness(() => now_ms, 0)
    assert.ok(seen.mayGuess())
    seen.guess()
    now_ms += 599_999
    assert.ok(!seen.mayGuess())
    now_ms += 1
    assert.ok(seen.mayGuess())
  })

  test('remembers the answers of each place, and forgets the oldest of many', () => {
    const seen = witness(() => 0, 0)
    seen.answered('first')
    seen.answered(PLACE)
    seen.answered(PLACE)
    assert.deepEqual([seen.answers(PLACE), seen.answers('elsewhere')], [2, 0])
    for (let n = 0; n < 99; n++) seen.answered(`place ${n}`)
    assert.deepEqual([seen.answers('first'), seen.answers(PLACE)], [0, 2])
  })

  test('knows whether anybody was answered of late, by place', () => {
    let now_ms = 5_000
    const seen = witness(() => now_ms, 0)
    assert.ok(!seen.hasAnsweredOfLate(PLACE))
    seen.answered(PLACE)
    now_ms += 600_000
    assert.deepEqual([seen.hasAnsweredOfLate(PLACE), seen.hasAnsweredOfLate('elsewhere')], [true, false])
    now_ms += 1
    assert.ok(!seen.hasAnsweredOfLate(PLACE))
  })

  test('has room aside again when one has ended', () => {
    const seen = witness(() => 0, ASIDE_MAX)
    assert.ok(!seen.hasRoomAside())
    seen.ended()
    assert.ok(seen.hasRoomAside())
  })
})
