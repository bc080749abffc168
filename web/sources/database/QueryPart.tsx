import type { ReactElement } from 'react'
import { Field } from '../../ui/Field.tsx'
import { TextArea } from '../../ui/TextArea.tsx'
import { TextInput } from '../../ui/TextInput.tsx'
import { Part } from '../settings/Part.tsx'
import type { FormPart } from './form.ts'

/** Which rows are read. */
export function QueryPart({ draft, change, problem }: FormPart): ReactElement {
  return (
    <Part title="Rows">
      <Field
        label="Query"
        isRequired
        error={problem('query')}
        help={
          <>
            One SELECT. <code>:last_sync</code> is when the last run began, <code>:last_cursor</code> where it
            ended; both are bound as values.
          </>
        }
      >
        {(ids) => (
          <TextArea
            {...ids}
            isMono
            rows={Math.min(16, Math.max(6, draft.query.split('\n').length + 1))}
            placeholder={'select id, customer_id, total, changed_at\nfrom orders'}
            value={draft.query}
            onText={(query) => change({ query })}
          />
        )}
      </Field>
      <div className="mt-4 grid gap-4 sm:grid-cols-2">
        <Field
          label="Cursor column"
          error={problem('cursor.column')}
          help="It only grows: the time of the last change, or a number. Each run reads the rows beyond the last one. Left empty: all rows each time."
        >
          {(ids) => (
            <TextInput
              {...ids}
              isMono
              placeholder="changed_at"
              value={draft.cursorColumn}
              onText={(cursorColumn) => change({ cursorColumn })}
            />
          )}
        </Field>
        <Field
          label="Begin after"
          error={problem('cursor.start')}
          help="Of the cursor column. Left empty: the first run begins at the lowest."
        >
          {(ids) => (
            <TextInput
              {...ids}
              isMono
              disabled={draft.cursorColumn.trim() === ''}
              placeholder="2026-01-01 00:00:00"
              value={draft.cursorStart}
              onText={(cursorStart) => change({ cursorStart })}
            />
          )}
        </Field>
        <Field
          label="Key columns"
          error={problem('key')}
          help="What tells a row from every other, with commas between. By it and the cursor, a row that is read twice is one event. Left empty: everything that the row holds."
        >
          {(ids) => (
            <TextInput {...ids} isMono placeholder="id" value={draft.key} onText={(key) => change({ key })} />
          )}
        </Field>
      </div>
    </Part>
  )
}
