import { useMutation } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { MASK } from '../../../core/secret.ts'
import { SQL_PORTS, TLS_MODES, type TlsMode } from '../../../core/sql/settings.ts'
import { api } from '../../api/api.ts'
import { Button } from '../../ui/Button.tsx'
import { Field } from '../../ui/Field.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { Select } from '../../ui/Select.tsx'
import { TextArea } from '../../ui/TextArea.tsx'
import { TextInput } from '../../ui/TextInput.tsx'
import { Part } from '../settings/Part.tsx'
import { sqlOf } from './draft.ts'
import { failureText } from './failure-text.ts'
import type { FormPart } from './form.ts'

const TLS_NAMES: Readonly<Record<TlsMode, string>> = {
  verify: 'Encrypted, certificate checked',
  encrypt: 'Encrypted, any certificate',
  off: 'Not encrypted',
}

/** Where the database is, who reads it, and whether that works. */
export function ConnectionPart(props: FormPart & { readonly sourceId: string }): ReactElement {
  const { sourceId, kind, draft, change, problem } = props
  const test = useMutation({
    mutationFn: () =>
      api('POST /admin/v1/sources/:id/sql/test', {
        params: { id: sourceId },
        body: { sql: sqlOf({ ...draft, query: draft.query || 'select 1' }, kind) },
      }),
  })
  return (
    <Part title="Connection">
      <div className="grid gap-4 sm:grid-cols-[minmax(0,1fr)_8rem]">
        <Text {...props} name="host" label="Host" placeholder="db.example.com" isRequired />
        <Text {...props} name="port" label="Port" placeholder={String(SQL_PORTS[kind])} />
      </div>
      <div className="mt-4 grid gap-4 sm:grid-cols-2">
        <Text {...props} name="database" label="Database" isRequired />
        <Text
          {...props}
          name="user"
          label="User"
          isRequired
          help="One that may read what the query reads, and nothing else."
        />
        <Field
          label="Password"
          error={problem('password')}
          help={
            draft.password === MASK ? '*** is the one that is kept: write another to change it.' : undefined
          }
        >
          {(ids) => (
            <TextInput
              {...ids}
              type="password"
              autoComplete="new-password"
              value={draft.password}
              onText={(password) => change({ password })}
            />
          )}
        </Field>
        <Field label="TLS" error={problem('tls')}>
          {(ids) => (
            <Select
              {...ids}
              className="w-full"
              value={draft.tls}
              choices={TLS_MODES.map((mode) => ({ value: mode, label: TLS_NAMES[mode] }))}
              onChoice={(tls) => change({ tls: tls as TlsMode })}
            />
          )}
        </Field>
      </div>
      {draft.tls === 'verify' && <Authority {...props} />}
      <div className="mt-4 flex flex-wrap items-center gap-3">
        <Button needs="edit" isBusy={test.isPending} onClick={() => test.mutate()}>
          <Icon name="flow" /> Test the connection
        </Button>
        <p role="status" className={test.error === null ? 'text-good' : 'text-bad'}>
          {test.error !== null && failureText(test.error)}
          {test.data !== undefined && `${test.data.version} answers.`}
        </p>
      </div>
    </Part>
  )
}

function Authority({ draft, change, problem }: FormPart): ReactElement {
  return (
    <div className="mt-4">
      <Field
        label="Certificate of the authority"
        error={problem('ca')}
        help="As PEM, for a database whose certificate is not of a well-known authority. Left empty: the well-known ones."
      >
        {(ids) => (
          <TextArea
            {...ids}
            isMono
            rows={draft.ca === '' ? 2 : 6}
            placeholder="-----BEGIN CERTIFICATE-----"
            value={draft.ca}
            onText={(ca) => change({ ca })}
          />
        )}
      </Field>
    </div>
  )
}

type TextProps = FormPart & {
  readonly name: 'host' | 'port' | 'database' | 'user'
  readonly label: string
  readonly placeholder?: string
  readonly isRequired?: boolean
  readonly help?: string
}

function Text({
  name,
  label,
  placeholder,
  isRequired = false,
  help,
  draft,
  change,
  problem,
}: TextProps): ReactElement {
  return (
    <Field label={label} error={problem(name)} isRequired={isRequired} help={help}>
      {(ids) => (
        <TextInput
          {...ids}
          placeholder={placeholder}
          value={draft[name]}
          onText={(text) => change({ [name]: text })}
        />
      )}
    </Field>
  )
}
