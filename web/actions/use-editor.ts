import { useEffect, useMemo, useState } from 'react'
import type { MappingValue } from '../../core/mapping/mapping.ts'
import type { Form } from '../../core/trigger/form.ts'
import { changesOf, type Draft, draftOf, meet, type SavedAction, sameJson, withField } from './logic/draft.ts'
import {
  isRight,
  type TriggerState,
  triggerState,
  withForm,
  withMode,
  withText,
} from './logic/trigger-state.ts'

type State = {
  readonly draft: Draft
  readonly trigger: TriggerState
  /** What the draft began from. */
  readonly began: Draft
  /** Fields whose code is no JSON for the moment, and why. */
  readonly broken: Readonly<Record<string, string>>
  /** Rises when all inputs must take the draft anew: after a discard, an undo, a restore. */
  readonly epoch: number
}

export type Editor = ReturnType<typeof useEditor>

/** An action while it is being edited. `saved` is the newest that is known of it; `begin` is changed of it at once. */
export function useEditor(saved: SavedAction, begin: (saved: Draft) => Draft = draftOf) {
  const [state, setState] = useState<State>(() => stateOf(begin(draftOf(saved)), draftOf(saved), 0))
  const { draft, trigger, began, broken } = state
  const change = (part: Partial<Draft>) => setState((so) => ({ ...so, draft: { ...so.draft, ...part } }))
  const setTrigger = (next: (so: TriggerState) => TriggerState) =>
    setState((so) => {
      const now = next(so.trigger)
      return { ...so, trigger: now, draft: { ...so.draft, trigger: now.text } }
    })

  // Somebody else, another tab, or an undo may change it meanwhile.
  useEffect(() => {
    setState((so) => {
      const now = draftOf(saved)
      const met = meet(so.draft, so.began, now)
      if (met.kind === 'same' || met.kind === 'conflict') return so
      const isShown = sameJson(met.draft, so.draft)
      return isShown ? { ...so, began: now } : stateOf(met.draft, now, so.epoch + 1)
    })
  }, [saved])

  const changes = useMemo(() => changesOf(draft, began), [draft, began])
  return {
    ...state,
    changes,
    isDirty: Object.keys(changes).length > 0 || Object.keys(broken).length > 0 || !isRight(trigger),
    isRight: isRight(trigger) && Object.keys(broken).length === 0 && draft.name.trim() !== '',
    setName: (name: string) => change({ name }),
    setEnabled: (enabled: boolean) => change({ enabled }),
    setTransform: (transform: string) => change({ transform }),
    setText: (text: string) => setTrigger(() => withText(text)),
    setForm: (form: Form) => setTrigger((so) => withForm(so, form)),
    setMode: (mode: TriggerState['mode']) => setTrigger((so) => withMode(so, mode)),
    setField(field: string, value: MappingValue | undefined, problem?: string) {
      setState((so) => {
        const { [field]: _, ...others } = so.broken
        if (problem !== undefined) return { ...so, broken: { ...others, [field]: problem } }
        const mapping = withField(so.draft.mapping, field, value)
        return { ...so, broken: others, draft: { ...so.draft, mapping } }
      })
    },
    /** Puts a whole draft in the place of this one; `from` is what it counts as changed against. */
    put(next: Draft, from: Draft = began) {
      setState((so) => stateOf(draftOf(next), draftOf(from), so.epoch + 1))
    },
    /** What was saved is what the draft now begins from; what was typed meanwhile stays. */
    settle: (saved: Draft) => setState((so) => ({ ...so, began: saved })),
  }
}

function stateOf(draft: Draft, began: Draft, epoch: number): State {
  return { draft, began, broken: {}, epoch, trigger: triggerState(draft.trigger) }
}
