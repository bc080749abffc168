import type { EventHead } from './event.ts'

/** What a page calls an event: a track call's event, the name of a page or screen. */
export function nameOf(event: Pick<EventHead['event'], 'type' | 'event' | 'name'>): string | undefined {
  switch (event.type) {
    case 'track':
      return event.event
    case 'page':
    case 'screen':
      return event.name
    case 'identify':
    case 'group':
    case 'alias':
      return undefined
  }
}
