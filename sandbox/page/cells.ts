import type { StoredValue } from '../check-fields.ts'
import type { PersonKeys } from '../people.ts'

// Run in the browser, as a part of the script in `script.ts`: the DOM, each other, and nothing else but types.

/** Somebody whose history is asked for. */
export type Person = { readonly kind: keyof PersonKeys; readonly id: string }
type Cell = string | Node
type Content = { readonly rows: readonly (readonly Cell[])[]; readonly total: number }

/** In the order in which they say who somebody is. */
export const PERSON_KINDS: readonly (keyof PersonKeys)[] = ['identity', 'user_id', 'anonymous_id', 'email']

/** Fills a table, and says beside its heading how many there are. */
export function fill(id: string, columns: readonly string[], { rows, total }: Content): void {
  const heading = document.querySelector(`#${id}-title small`)
  if (heading !== null)
    heading.textContent =
      total > rows.length ? `newest ${rows.length} of ${total.toLocaleString('en')}` : `${rows.length}`
  const row = (cells: readonly Cell[], name: 'th' | 'td') => {
    const line = document.createElement('tr')
    for (const [place, content] of cells.entries()) {
      const cell = document.createElement(name)
      if (name === 'th') cell.setAttribute('scope', 'col')
      // Where the screen is too narrow for columns, the style shows this before the cell.
      else cell.dataset['column'] = columns[place] ?? ''
      cell.append(content)
      line.append(cell)
    }
    return line
  }
  const head = document.createElement('thead')
  const body = document.createElement('tbody')
  head.append(row(columns, 'th'))
  body.append(...rows.map((cells) => row(cells, 'td')))
  if (rows.length === 0) {
    const none = row([`No ${id} here yet.`], 'td')
    none.firstElementChild?.setAttribute('colspan', `${columns.length}`)
    none.firstElementChild?.removeAttribute('data-column')
    none.className = 'none'
    body.append(none)
  }
  byId(id).replaceChildren(head, body)
}

/** The time of day in the reader's zone, with the day when it is another one; the full text is in `title`. */
export function timeCell(text: string): Node {
  const time = document.createElement('time')
  const date = new Date(text)
  const isToday = date.toDateString() === new Date().toDateString()
  time.dateTime = text
  time.title = text
  if (Number.isNaN(date.getTime())) time.textContent = text
  else
    time.textContent = isToday
      ? date.toLocaleTimeString('en-GB')
      : date.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' })
  return time
}

/** Values as JSON, so that the number 7 and the text "7" look as different as they are; a long one in full in `title`. */
export function propertiesCell(properties: { readonly [key: string]: StoredValue }): Node {
  const shown_chars_max = 100
  const list = document.createElement('div')
  list.className = 'properties'
  for (const [key, value] of Object.entries(properties)) {
    const pair = document.createElement('span')
    const name = document.createElement('b')
    const code = document.createElement('code')
    name.textContent = key
    const text = JSON.stringify(value)
    code.textContent = text.length > shown_chars_max ? `${text.slice(0, shown_chars_max)}…` : text
    code.title = text
    pair.append(name, ' ', code)
    list.append(pair)
  }
  if (list.childElementCount === 0) list.textContent = '–'
  return list
}

/** Somebody whose name is a button, which asks for their history. */
export function personCell(keys: PersonKeys, choose: (person: Person) => void): Node {
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'person'
  button.textContent = personOf(keys)
  button.title = 'Show the history of this person only'
  const kind = PERSON_KINDS.find((each) => keys[each] !== undefined)
  if (kind !== undefined) button.addEventListener('click', () => choose({ kind, id: keys[kind] as string }))
  return button
}

export function personOf(keys: PersonKeys): string {
  const kind = PERSON_KINDS.find((each) => keys[each] !== undefined)
  if (kind === undefined) return '–'
  return kind === 'identity' ? `${keys.identity}` : `${kind} ${keys[kind]}`
}

export function byId(id: string): HTMLElement {
  return document.getElementById(id) as HTMLElement
}
