import { type Form, type FormItem, fromForm, toForm } from '../../../core/trigger/form.ts'
import { readTrigger } from '../../../core/trigger/parse.ts'
import { printTrigger } from '../../../core/trigger/print.ts'
import type { TriggerProblem } from '../../../core/trigger/syntax.ts'

/**
 * A trigger while it is being written, as rows and as code. Whichever was changed last leads; the other follows as soon
 * as it is right.
 */
export type TriggerState = {
  readonly mode: 'conditions' | 'code'
  /** What would be saved: of rows that are not complete, the last text that was right. */
  readonly text: string
  /** Absent while the text is no trigger. */
  readonly form: Form | undefined
  /** What is wrong with the text. */
  readonly problem: TriggerProblem | undefined
  /** What is wrong with rows, by their place: `0`, `1.2`. */
  readonly rowProblems: Readonly<Record<string, string>>
}

export function triggerState(text: string, mode: TriggerState['mode'] = 'conditions'): TriggerState {
  const read = readTrigger(text)
  return read.ok
    ? { mode, text, form: toForm(read.node), problem: undefined, rowProblems: {} }
    : { mode: 'code', text, form: undefined, problem: read.problem, rowProblems: {} }
}

export function withText(text: string): TriggerState {
  return triggerState(text, 'code')
}

/** The rows stay as the person left them, also where the text would be read as other rows. */
export function withForm(before: TriggerState, form: Form): TriggerState {
  const read = fromForm(form)
  const rowProblems = problemsIn(form)
  const state = { ...before, mode: 'conditions', form, rowProblems, problem: undefined } as const
  return read.ok ? { ...state, text: printTrigger(read.node) } : state
}

/** Rows can be shown only of a text that is a trigger; code only of rows that are complete, or else the last right one. */
export function withMode(before: TriggerState, mode: TriggerState['mode']): TriggerState {
  if (mode === before.mode) return before
  if (mode === 'code') return triggerState(before.text, 'code')
  return before.form === undefined ? before : { ...before, mode }
}

export function isRight({ problem, rowProblems }: TriggerState): boolean {
  return problem === undefined && Object.keys(rowProblems).length === 0
}

/** The parts that no row can say, as they are written. */
export function codeParts(item: FormItem): readonly string[] {
  if (item.kind === 'group') return item.items.flatMap(codeParts)
  return item.kind === 'code' ? [item.text] : []
}

function problemsIn(item: FormItem, place = ''): Readonly<Record<string, string>> {
  if (item.kind === 'group' && item.items.length > 0) {
    return Object.assign(
      {},
      ...item.items.map((inner, index) => problemsIn(inner, place === '' ? `${index}` : `${place}.${index}`)),
    )
  }
  const problem = problemOf(item)
  return problem === undefined ? {} : { [place]: problem }
}

function problemOf(item: FormItem): string | undefined {
  if (item.kind === 'condition' && item.field.trim() === '') return 'choose a field'
  if (item.kind === 'code' && item.text.trim() === '') return 'write a condition'
  const read = fromForm(
    item.kind === 'group' ? item : { kind: 'group', join: 'all', isNot: false, items: [item] },
  )
  return read.ok ? undefined : read.problem.problem
}
