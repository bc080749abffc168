import type { ReactElement } from 'react'
import { nextTimes, scheduleProblem } from '../../../core/sql/schedule.ts'
import type { SqlSchedule } from '../../../core/sql/settings.ts'
import { Field } from '../../ui/Field.tsx'
import { useNow } from '../../ui/now.ts'
import { Select } from '../../ui/Select.tsx'
import { TextInput } from '../../ui/TextInput.tsx'
import { Time } from '../../ui/Time.tsx'
import { Part } from '../settings/Part.tsx'
import { type ScheduleChoice, sqlOf } from './draft.ts'
import type { FormPart } from './form.ts'

const CHOICES: readonly { readonly value: ScheduleChoice; readonly label: string }[] = [
  { value: 'hand', label: 'By hand only' },
  { value: 'minutes', label: 'Every so many minutes' },
  { value: 'cron', label: 'By a cron expression' },
]

/** When it is read, and how much of it. */
export function SchedulePart(props: FormPart): ReactElement {
  const { draft, change, problem } = props
  return (
    <Part title="When and how much">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Read it">
          {(ids) => (
            <Select
              {...ids}
              className="w-full"
              value={draft.schedule}
              choices={CHOICES}
              onChoice={(schedule) => change({ schedule: schedule as ScheduleChoice })}
            />
          )}
        </Field>
        {draft.schedule === 'minutes' && (
          <Field label="Minutes" error={problem('schedule.minutes')}>
            {(ids) => (
              <TextInput
                {...ids}
                inputMode="numeric"
                value={draft.minutes}
                onText={(minutes) => change({ minutes })}
              />
            )}
          </Field>
        )}
        {draft.schedule === 'cron' && (
          <>
            <Field
              label="Cron expression"
              error={problem('schedule.cron')}
              help="Minute, hour, day of the month, month, day of the week."
            >
              {(ids) => <TextInput {...ids} isMono value={draft.cron} onText={(cron) => change({ cron })} />}
            </Field>
            <Field label="Time zone" error={problem('schedule.zone')}>
              {(ids) => <TextInput {...ids} value={draft.zone} onText={(zone) => change({ zone })} />}
            </Field>
          </>
        )}
      </div>
      <NextTimes {...props} />
      <Limits {...props} />
    </Part>
  )
}

function Limits({ draft, change, problem }: FormPart): ReactElement {
  return (
    <div className="mt-4 grid gap-4 sm:grid-cols-2">
      <Field
        label="Rows a run"
        error={problem('rowsMax')}
        help="At most; with a cursor column the next run goes on."
      >
        {(ids) => (
          <TextInput
            {...ids}
            inputMode="numeric"
            value={draft.rowsMax}
            onText={(rowsMax) => change({ rowsMax })}
          />
        )}
      </Field>
      <Field
        label="Seconds for the query"
        error={problem('timeoutSeconds')}
        help="Then the database ends it. In MySQL that is the whole reading of its rows."
      >
        {(ids) => (
          <TextInput
            {...ids}
            inputMode="numeric"
            value={draft.timeoutSeconds}
            onText={(timeoutSeconds) => change({ timeoutSeconds })}
          />
        )}
      </Field>
    </div>
  )
}

/** As soon as the schedule can be read, in the zone of the page. */
function NextTimes({ draft, kind }: FormPart): ReactElement | null {
  const now_ms = useNow()
  const { schedule } = sqlOf(draft, kind) as { readonly schedule?: SqlSchedule }
  const times = schedule === undefined ? [] : timesOf(schedule, now_ms)
  if (times.length === 0) return null
  return (
    <p className="mt-3 flex flex-wrap gap-x-4 text-sm text-muted">
      <span>Next:</span>
      {times.map((at_ms) => (
        <Time key={at_ms} at={at_ms} as="exact" />
      ))}
    </p>
  )
}

const SHOWN_TIMES = 3

function timesOf(schedule: SqlSchedule, now_ms: number): readonly number[] {
  const isWrong = 'minutes' in schedule ? !(schedule.minutes >= 1) : scheduleProblem(schedule) !== undefined
  return isWrong ? [] : nextTimes(schedule, now_ms, SHOWN_TIMES)
}
