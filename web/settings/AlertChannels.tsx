import { useMutation } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { type AlertChannel, CHANNEL_KINDS } from '../../core/configuration.ts'
import { api } from '../api/api.ts'
import { Button } from '../ui/Button.tsx'
import { errorText } from '../ui/ErrorState.tsx'
import { Field } from '../ui/Field.tsx'
import { Icon } from '../ui/Icon.tsx'
import { IconButton } from '../ui/IconButton.tsx'
import { Menu } from '../ui/Menu.tsx'
import { TextInput } from '../ui/TextInput.tsx'

type Channels = readonly AlertChannel[]
type Props = {
  readonly channels: Channels
  readonly canMail: boolean
  readonly onChange: (channels: Channels) => void
}
const NAMES = { webhook: 'Webhook', slack: 'Slack', email: 'E-mail' } as const

/** Where alerts go: an address each, with a way to try it before it is saved. */
export function AlertChannels({ channels, canMail, onChange }: Props): ReactElement {
  const replace = (index: number, channel: AlertChannel) => onChange(channels.with(index, channel))
  return (
    <div className="flex flex-col gap-3">
      <h3 className="font-medium">Where they go</h3>
      {channels.length === 0 && (
        <p className="text-muted">Nowhere yet: they are shown in these pages only, at the bottom left.</p>
      )}
      {channels.map((channel, index) => (
        <Channel
          key={channel.id}
          channel={channel}
          canMail={canMail}
          onChange={(next) => replace(index, next)}
          onRemove={() => onChange(channels.toSpliced(index, 1))}
        />
      ))}
      <Menu
        trigger={
          <Button className="self-start">
            <Icon name="plus" /> Add a channel
          </Button>
        }
        align="start"
        items={CHANNEL_KINDS.map((kind) => ({
          kind: 'action' as const,
          label: NAMES[kind],
          onSelect: () => onChange([...channels, newChannel(kind, channels)]),
        }))}
      />
    </div>
  )
}

function newChannel(kind: AlertChannel['kind'], channels: Channels): AlertChannel {
  const taken = new Set(channels.map(({ id }) => id))
  let id: string = kind
  for (let number = 2; taken.has(id); number++) id = `${kind}-${number}`
  return kind === 'email' ? { id, kind, to: [] } : { id, kind, url: '' }
}

type ChannelProps = {
  readonly channel: AlertChannel
  readonly canMail: boolean
  readonly onChange: (channel: AlertChannel) => void
  readonly onRemove: () => void
}

function Channel({ channel, canMail, onChange, onRemove }: ChannelProps): ReactElement {
  const test = useMutation({ mutationFn: () => api('POST /admin/v1/alerts/test', { body: { channel } }) })
  return (
    <div className="panel flex flex-col gap-2 p-3">
      <div className="flex items-start gap-2">
        <div className="grow">
          <Address channel={channel} canMail={canMail} onChange={onChange} />
        </div>
        <IconButton icon="trash" label={`Remove ${NAMES[channel.kind]} ${channel.id}`} onClick={onRemove} />
      </div>
      <div className="flex flex-wrap items-center gap-3">
        <Button needs="edit" size="small" isBusy={test.isPending} onClick={() => test.mutate()}>
          Send a test
        </Button>
        <p aria-live="polite" className={test.data?.ok === true ? 'text-good' : 'text-bad'}>
          {test.error !== null && errorText(test.error)}
          {test.data?.text}
        </p>
      </div>
    </div>
  )
}

function Address({ channel, canMail, onChange }: Omit<ChannelProps, 'onRemove'>): ReactElement {
  if (channel.kind === 'email') {
    const help = canMail
      ? 'One address or more, with commas between.'
      : 'One address or more. The server knows no mail server yet: start it with --smtp-url and --smtp-from.'
    return (
      <Field label={`${NAMES.email} to`} help={help}>
        {(ids) => (
          <TextInput
            {...ids}
            value={channel.to.join(', ')}
            placeholder="ops@example.com"
            onText={(text) => onChange({ ...channel, to: addressesIn(text) })}
          />
        )}
      </Field>
    )
  }
  const help =
    channel.kind === 'slack'
      ? 'The address of an incoming webhook of Slack, Mattermost, or Discord (with /slack at its end).'
      : 'Gets a POST of JSON: kind, rule, destination, text, since, at, link.'
  const hidden = channel.url.endsWith('/***')
    ? ' *** is the part that is kept secret: write it whole to change it.'
    : ''
  return (
    <Field label={`${NAMES[channel.kind]} address`} help={help + hidden}>
      {(ids) => (
        <TextInput
          {...ids}
          isMono
          value={channel.url}
          placeholder="https://"
          onText={(url) => onChange({ ...channel, url })}
        />
      )}
    </Field>
  )
}

/** While somebody types, the last one may be empty. */
function addressesIn(text: string): readonly string[] {
  return text.trim() === '' ? [] : text.split(',').map((address) => address.trimStart())
}
