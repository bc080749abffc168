import { type ReactElement, useState } from 'react'
import { Icon } from '../ui/Icon.tsx'
import { Tag } from '../ui/Tag.tsx'
import { TextInput } from '../ui/TextInput.tsx'
import { VirtualList } from '../ui/VirtualList.tsx'
import { type DraftProblem, type RuleDraft, ruleName } from './plan-draft.ts'

const ROW_PX = 36

type Props = {
  readonly drafts: readonly RuleDraft[]
  readonly chosen: number | undefined
  readonly problems: readonly DraftProblem[]
  readonly onChoose: (key: number) => void
}

/** The rules of a plan by their names. */
export function RuleList({ drafts, chosen, problems, onChoose }: Props): ReactElement {
  const [q, setQ] = useState('')
  const wrong = new Set(problems.map(({ at }) => drafts[Number(at[0])]?.key))
  const wanted = q.toLowerCase()
  const shown = drafts.filter((one) => ruleName(one).toLowerCase().includes(wanted))
  return (
    <div className="flex h-full min-h-96 flex-col">
      <div className="border-b border-line p-2">
        <TextInput
          type="search"
          aria-label="Search rules"
          placeholder="Search rules"
          value={q}
          onText={setQ}
        />
      </div>
      {shown.length === 0 ? (
        <p className="p-6 text-center text-muted">
          {drafts.length === 0 ? 'There is no rule yet.' : 'No rule has such a name.'}
        </p>
      ) : (
        <VirtualList
          label="Rules"
          rows={shown}
          keyOf={({ key }) => String(key)}
          row_px={ROW_PX}
          chosen={chosen === undefined ? undefined : String(chosen)}
          onChoose={({ key }) => onChoose(key)}
          className="h-[max(20rem,calc(100vh-22rem))] lg:h-auto lg:flex-1"
          render={(one) => (
            <span className="flex min-w-0 flex-1 items-center gap-2">
              <span className="min-w-0 flex-1 truncate">{ruleName(one)}</span>
              {wrong.has(one.key) && <Icon name="warning" className="text-bad" />}
              <Tag>{one.type}</Tag>
            </span>
          )}
        />
      )}
    </div>
  )
}
