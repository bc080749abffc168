// Every component of the kit on one page, for the test that looks at them in a browser; it is not shipped.
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from '@tanstack/react-router'
import { type ReactElement, type ReactNode, useState } from 'react'
import { createRoot } from 'react-dom/client'
import '../styles.css'
import { Button } from './Button.tsx'
import { Checkbox } from './Checkbox.tsx'
import { CodeBlock } from './CodeBlock.tsx'
import { Count } from './Count.tsx'
import { DataTable } from './DataTable.tsx'
import { Dialog } from './Dialog.tsx'
import { Diff } from './Diff.tsx'
import { EmptyState } from './EmptyState.tsx'
import { ErrorState } from './ErrorState.tsx'
import { Field } from './Field.tsx'
import { Icon } from './Icon.tsx'
import { IconButton } from './IconButton.tsx'
import { JsonTree } from './JsonTree.tsx'
import { Menu } from './Menu.tsx'
import { Select } from './Select.tsx'
import { Skeleton } from './Skeleton.tsx'
import { Sparkline } from './Sparkline.tsx'
import { SplitPane } from './SplitPane.tsx'
import { type State, StateBadge } from './StateBadge.tsx'
import { Stations } from './Stations.tsx'
import { Switch } from './Switch.tsx'
import { Tag } from './Tag.tsx'
import { TextArea } from './TextArea.tsx'
import { TextInput } from './TextInput.tsx'
import { Time } from './Time.tsx'
import { TimeChart } from './TimeChart.tsx'
import { Toasts } from './Toasts.tsx'
import { TooltipArea } from './Tooltip.tsx'
import { toast } from './toasts.ts'
import { VirtualList } from './VirtualList.tsx'

const MINUTE_MS = 60_000
const START_MS = Date.UTC(2026, 10, 25, 12)
const STATES: readonly State[] = [
  'flowing',
  'idle',
  'waiting for budget',
  'backing off',
  'held',
  'paused',
  'off',
  'failing',
  'in pages',
  'delivered',
  'unchanged',
  'discarded',
  'filtered',
  'refused',
  'duplicate',
  'parked',
  'pending',
  'not connected then',
  'dead letter',
]
const ROWS = Array.from({ length: 10_000 }, (_, index) => ({ id: `row ${index}`, ms: index % 97 }))
const EVENT = {
  type: 'track',
  event: 'Order Completed',
  userId: 'ada',
  properties: {
    total: 29.9,
    note: 'x'.repeat(400),
    products: [{ sku: 'C-17' }, { sku: 'B-02' }],
    paid: true,
    coupon: null,
  },
}
const LONG = Array.from({ length: 3_000 }, (_, index) => ({ index }))

function Kit(): ReactElement {
  return (
    <TooltipArea>
      <main className="flex flex-col gap-8 p-6">
        <h1 className="text-xl font-semibold">Kit</h1>
        <Inputs />
        <Words />
        <Lists />
        <Values />
        <Charts />
      </main>
      <Toasts />
    </TooltipArea>
  )
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  return (
    <section aria-label={title} className="panel flex flex-col gap-4 p-4">
      <h2 className="text-lg font-semibold">{title}</h2>
      {children}
    </section>
  )
}

function Inputs(): ReactElement {
  const [text, setText] = useState('12a')
  const [isOn, setOn] = useState(true)
  const [isOpen, setOpen] = useState(false)
  return (
    <Part title="Inputs">
      <div className="flex flex-wrap items-center gap-2">
        <Button look="primary">Save</Button>
        <Button onClick={() => setOpen(true)}>Open the dialog</Button>
        <Button look="quiet">Quiet</Button>
        <Button look="danger">Delete</Button>
        <Button isBusy>Saving</Button>
        <Button size="small" onClick={() => toast('Action deleted', { undo: () => setText('undone') })}>
          Toast
        </Button>
        <IconButton icon="edit" label="Edit" />
        <Menu
          trigger={<Button>Menu</Button>}
          items={[
            { kind: 'title', label: 'Do' },
            { kind: 'action', label: 'Rename', icon: 'edit', onSelect: () => setText('renamed') },
            { kind: 'choice', label: 'Chosen', isChosen: true, onSelect: () => undefined },
            { kind: 'line' },
            { kind: 'action', label: 'Delete', icon: 'trash', isDanger: true, onSelect: () => undefined },
          ]}
        />
      </div>
      <Field label="App Id" help="In Heap: Account." error="must be digits only" isRequired>
        {(ids) => <TextInput {...ids} value={text} onText={setText} />}
      </Field>
      <Field label="Notes">{(ids) => <TextArea {...ids} value={text} onText={setText} />}</Field>
      <Field label="Region">
        {(ids) => (
          <Select
            {...ids}
            value="US"
            choices={[
              { value: 'US', label: 'US' },
              { value: 'EU', label: 'EU' },
            ]}
            onChoice={() => undefined}
          />
        )}
      </Field>
      <Switch isOn={isOn} onChange={setOn} label="Enabled" />
      <Checkbox isChecked={isOn} onChange={setOn} label="Website" help="JavaScript" />
      <Dialog
        isOpen={isOpen}
        onClose={() => setOpen(false)}
        title="Delete the destination"
        actions={<Button look="danger">Delete it</Button>}
      >
        What waits for it is forgotten.
      </Dialog>
    </Part>
  )
}

function Words(): ReactElement {
  return (
    <Part title="Words">
      <div className="flex flex-wrap gap-2">
        {STATES.map((state) => (
          <StateBadge key={state} state={state} />
        ))}
        <Tag>Web</Tag>
        <Tag isStrong>recommended</Tag>
      </div>
      <p>
        <Count of={12_480} /> · <Count of={1_234_567} /> · <Time at={START_MS} as="exact" /> ·{' '}
        <Time at={START_MS} as="clock" /> · <Icon name="check" label="Done" />
      </p>
      <EmptyState icon="events" title="No deliveries yet" action={<Button>Send a test event</Button>}>
        They appear here as soon as something is sent.
      </EmptyState>
      <ErrorState
        what="The deliveries"
        error={new Error('Millrace does not answer.')}
        onRetry={() => undefined}
      />
      <Skeleton />
    </Part>
  )
}

function Lists(): ReactElement {
  const [chosen, setChosen] = useState<string>()
  const columns = [
    { name: 'Event', width: 'minmax(0, 1fr)', cell: (row: (typeof ROWS)[number]) => row.id },
    { name: 'ms', width: '5rem', cell: (row: (typeof ROWS)[number]) => row.ms, isNumber: true },
  ]
  return (
    <Part title="Lists">
      <SplitPane
        list={
          <DataTable
            label="Deliveries"
            columns={columns}
            rows={ROWS}
            keyOf={({ id }) => id}
            chosen={chosen}
            onChoose={({ id }) => setChosen(id)}
          />
        }
        detail={chosen === undefined ? undefined : <p className="p-4">This is {chosen}.</p>}
        detailLabel="The delivery"
        onBack={() => setChosen(undefined)}
      />
      <VirtualList
        label="Rows"
        className="h-40"
        rows={ROWS}
        keyOf={({ id }) => id}
        row_px={28}
        render={({ id }) => id}
        chosen={chosen}
        onChoose={({ id }) => setChosen(id)}
      />
    </Part>
  )
}

function Values(): ReactElement {
  const [picked, setPicked] = useState('')
  return (
    <Part title="Values">
      <JsonTree
        label="The event"
        value={EVENT}
        marks={{ '$.properties.note': { tone: 'wait', text: 'cut to 1,023 characters' } }}
        onPick={setPicked}
      />
      <p>Picked: {picked}</p>
      <JsonTree label="A long list" value={LONG} openDepth={2} />
      <CodeBlock title="In a terminal" code={'curl -u key: http://127.0.0.1:4000/v1/track'} />
      <Diff
        label="What changes"
        was={EVENT.properties}
        becomes={{ ...EVENT.properties, note: 'short', more: 1 }}
      />
      <Stations
        label="What happened"
        stations={[
          {
            id: 'a',
            title: 'Received',
            tone: 'good',
            icon: 'check',
            note: '12 s ago',
            children: 'As it was sent.',
          },
          { id: 'b', title: 'Dead letter', tone: 'bad', icon: 'cross', note: 'Heap' },
        ]}
      />
    </Part>
  )
}

function Charts(): ReactElement {
  const [zoom, setZoom] = useState('')
  const points = Array.from({ length: 60 }, (_, index) => ({
    at_ms: START_MS + index * MINUTE_MS,
    counts: { delivered: 100 + (index % 7) * 20, retried: index % 5, dead: index === 30 ? 40 : 0 },
  }))
  return (
    <Part title="Charts">
      <Sparkline values={points.map(({ counts }) => counts.delivered)} label="Delivered a minute" />
      <TimeChart
        label="Deliveries"
        step_ms={MINUTE_MS}
        parts={[
          { id: 'delivered', label: 'Delivered', tone: 'good' },
          { id: 'retried', label: 'Retried', tone: 'wait' },
          { id: 'dead', label: 'Dead letters', tone: 'bad' },
        ]}
        points={points}
        onZoom={(from, to) => setZoom(`${(to - from) / MINUTE_MS} minutes`)}
        onPick={({ at_ms }) => setZoom(`minute ${(at_ms - START_MS) / MINUTE_MS}`)}
      />
      <p>Zoomed to: {zoom}</p>
    </Part>
  )
}

const router = createRouter({
  routeTree: createRootRoute({ component: Kit }),
  history: createMemoryHistory(),
})
createRoot(document.getElementById('root') as HTMLElement).render(<RouterProvider router={router as never} />)
