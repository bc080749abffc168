import { type ReactElement, useState } from 'react'
import { Button } from '../ui/Button.tsx'
import { Dialog } from '../ui/Dialog.tsx'
import { Field } from '../ui/Field.tsx'
import { zoneLabel } from '../ui/format.ts'
import { Icon } from '../ui/Icon.tsx'
import { Menu } from '../ui/Menu.tsx'
import { TextInput } from '../ui/TextInput.tsx'
import { isZone, setZone, useZone } from '../ui/zone.ts'

/** In which zone the pages tell times. */
export function ZoneMenu(): ReactElement {
  const zone = useZone()
  const [isAsking, setAsking] = useState(false)
  const label = zoneLabel(Date.now(), zone)
  const own = zoneLabel(Date.now(), undefined)
  const isOther = zone !== undefined && zone !== 'UTC'
  return (
    <>
      <Menu
        trigger={
          <button
            type="button"
            aria-label={`Time zone: ${zone ?? `this computer's, ${own}`}`}
            className="inline-flex h-8 shrink-0 items-center gap-1 rounded-md px-2 text-sm text-muted hover:bg-hover hover:text-text"
          >
            {label}
            <Icon name="chevron-down" size={12} />
          </button>
        }
        items={[
          {
            kind: 'choice',
            label: `This computer's (${own})`,
            isChosen: zone === undefined,
            onSelect: () => setZone(undefined),
          },
          { kind: 'choice', label: 'UTC', isChosen: zone === 'UTC', onSelect: () => setZone('UTC') },
          {
            kind: 'choice',
            label: isOther ? `${zone}…` : 'Another zone…',
            isChosen: isOther,
            onSelect: () => setAsking(true),
          },
        ]}
      />
      <Dialog isOpen={isAsking} onClose={() => setAsking(false)} title="Time zone">
        <ZoneForm zone={zone ?? ''} onDone={() => setAsking(false)} />
      </Dialog>
    </>
  )
}

function ZoneForm({ zone, onDone }: { readonly zone: string; readonly onDone: () => void }): ReactElement {
  const [text, setText] = useState(zone)
  const error = text === '' || isZone(text) ? undefined : 'is no time zone that this browser knows'
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (error !== undefined || text === '') return
        setZone(text)
        onDone()
      }}
    >
      <Field label="Time zone" isRequired error={error} help="By its name, such as Europe/Berlin.">
        {(ids) => <TextInput {...ids} value={text} onText={setText} list="zones" />}
      </Field>
      <datalist id="zones">
        {Intl.supportedValuesOf('timeZone').map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <Button type="submit" look="primary" className="self-end">
        Use this zone
      </Button>
    </form>
  )
}
