import type { Destination } from './destination.ts'

type Words = {
  readonly tone: 'wait' | 'bad' | 'off'
  /** What it does now, and what becomes of events meanwhile. */
  readonly text: string
  /** What ends it. */
  readonly way?: 'settings' | 'resume' | 'enable'
}

/** What a state means for events; undefined when there is nothing to say but that it flows. */
export function stateWords({
  name,
  state,
  reason,
}: Pick<Destination, 'name' | 'state' | 'reason'>): Words | undefined {
  const why = reason === undefined ? '' : ` ${sentence(reason.text)}`
  switch (state) {
    case 'flowing':
    case 'in pages':
      return undefined
    case 'waiting for budget':
      return {
        tone: 'wait',
        text: `${name} takes no more for now, by its own limits. What waits goes out, in order, as soon as it may.${why}`,
      }
    case 'backing off':
      return {
        tone: 'wait',
        text: `The last try failed.${why} Millrace tries again by itself; events wait in order, and none is lost.`,
      }
    case 'held':
      return {
        tone: 'bad',
        text: `Nothing is sent.${why} Events wait in order until the settings are right.`,
        way: 'settings',
      }
    case 'paused':
      return {
        tone: 'wait',
        text: 'Paused by a person. Events wait in order until it goes on.',
        way: 'resume',
      }
    case 'off':
      return {
        tone: 'off',
        text: 'Switched off. Events pass it by: what comes in now is not sent later.',
        way: 'enable',
      }
  }
}

/** With a full stop, and a capital at the beginning. */
export function sentence(text: string): string {
  const whole = /[.!?…]$/.test(text) ? text : `${text}.`
  return whole.charAt(0).toUpperCase() + whole.slice(1)
}
