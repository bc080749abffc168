import { DropdownMenu } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'
import { useMay } from '../api/use-may.ts'
import { classNames } from './class-names.ts'
import { Icon, type IconName } from './Icon.tsx'
import { useOverlayPlace } from './overlay.ts'

export type MenuItem =
  | {
      readonly kind: 'action'
      readonly label: string
      readonly icon?: IconName
      readonly isDanger?: boolean
      readonly isDisabled?: boolean
      /** What a person must be allowed to; whoever is not finds it disabled, and the reason with it. */
      readonly needs?: 'edit' | 'manage'
      readonly onSelect: () => void
    }
  | {
      readonly kind: 'choice'
      readonly label: string
      readonly isChosen: boolean
      readonly onSelect: () => void
    }
  | { readonly kind: 'line' }
  | { readonly kind: 'title'; readonly label: string }

type Props = {
  /** A button. */
  readonly trigger: ReactElement
  readonly items: readonly MenuItem[]
  readonly align?: 'start' | 'end'
  /** Shown below the items, such as a link. */
  readonly footer?: ReactNode
}

/** What can be done or chosen, behind a button: arrows, letters and Escape work. */
export function Menu({ trigger, items, align = 'end', footer }: Props): ReactElement {
  const place = useOverlayPlace()
  // Not modal: that would write a style into the page, which its content security policy does not allow.
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal container={place}>
        <DropdownMenu.Content
          align={align}
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-96 min-w-44 overflow-y-auto rounded-lg bg-surface p-1 shadow-pop"
        >
          {items.map((item, index) => (
            <Item key={'label' in item ? item.label : `line-${index}`} item={item} />
          ))}
          {footer}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

const ROW =
  'flex min-h-8 cursor-pointer items-center gap-2 rounded-md px-2 text-base outline-none data-[highlighted]:bg-hover data-[disabled]:cursor-not-allowed data-[disabled]:opacity-55'

function Item({ item }: { readonly item: MenuItem }): ReactElement {
  switch (item.kind) {
    case 'line':
      return <DropdownMenu.Separator className="my-1 h-px bg-line" />
    case 'title':
      return <DropdownMenu.Label className="px-2 py-1 text-xs text-muted">{item.label}</DropdownMenu.Label>
    case 'choice':
      return (
        <DropdownMenu.CheckboxItem className={ROW} checked={item.isChosen} onSelect={item.onSelect}>
          <span className="w-4">{item.isChosen && <Icon name="check" />}</span>
          {item.label}
        </DropdownMenu.CheckboxItem>
      )
    case 'action':
      return item.needs === undefined ? (
        <Action item={item} />
      ) : (
        <GuardedAction item={item} needs={item.needs} />
      )
  }
}

type ActionItem = Extract<MenuItem, { kind: 'action' }>

function Action({
  item,
  why,
}: {
  readonly item: ActionItem
  readonly why?: string | undefined
}): ReactElement {
  return (
    <DropdownMenu.Item
      className={classNames(ROW, item.isDanger && 'text-bad')}
      disabled={item.isDisabled ?? why !== undefined}
      onSelect={item.onSelect}
    >
      {item.icon !== undefined && <Icon name={item.icon} />}
      <span>
        {item.label}
        {why !== undefined && <span className="block max-w-56 text-xs text-text">{why}</span>}
      </span>
    </DropdownMenu.Item>
  )
}

function GuardedAction({
  item,
  needs,
}: {
  readonly item: ActionItem
  readonly needs: 'edit' | 'manage'
}): ReactElement {
  return <Action item={item} why={useMay(needs).why} />
}
