import type { ReactElement } from 'react'
import type { AlertSettings } from '../../core/configuration.ts'
import { Switch } from '../ui/Switch.tsx'
import { TextInput } from '../ui/TextInput.tsx'
import type { Alerts } from './AlertSettingsSection.tsx'

type Rules = NonNullable<AlertSettings['rules']>
type Name = keyof Rules
type Props = {
  readonly rules: Rules
  readonly defaults: Alerts['defaults']
  readonly onChange: (rules: Rules) => void
}
/** The words of a rule, with a place for each of its numbers. */
const WORDS: Readonly<Record<Name, readonly string[]>> = {
  held: ['A destination is held by wrong settings for {minutes} minutes'],
  failing: ['A destination takes nothing, or refuses more than {percent} %, for {minutes} minutes'],
  lag: ['The oldest event of a destination waits for {minutes} minutes'],
  deadLetters: ['A destination has {count} new dead letters within {minutes} minutes'],
  disk: ['The disk is nearly full, or a limit removed events or dead letters'],
}

/** What is told: each rule with its switch and its numbers. */
export function AlertRules({ rules, defaults, onChange }: Props): ReactElement {
  return (
    <div className="flex flex-col gap-3">
      <h3 className="font-medium">What is told</h3>
      <ul className="panel divide-y divide-line">
        {(Object.keys(WORDS) as Name[]).map((name) => (
          <li key={name} className="flex items-center gap-3 px-4 py-2">
            <Rule
              name={name}
              rule={rules[name] ?? defaults[name]}
              usual={defaults[name]}
              onChange={(rule) => onChange({ ...rules, [name]: rule })}
            />
          </li>
        ))}
      </ul>
    </div>
  )
}

type Value = Rules[Name]
type RuleProps = {
  readonly name: Name
  readonly rule: Value
  readonly usual: Value
  readonly onChange: (rule: Value) => void
}

function Rule({ name, rule, usual, onChange }: RuleProps): ReactElement {
  const isOn = rule !== false
  const text = WORDS[name].join(' ')
  const numbers = typeof rule === 'object' ? (rule as Readonly<Record<string, number>>) : {}
  return (
    <>
      <Switch
        isOn={isOn}
        label={text.replaceAll(/[{}]/g, '')}
        onChange={(on) => onChange(on ? usual : false)}
      />
      <span className={isOn ? '' : 'text-muted'}>
        {text.split(/(\{\w+\})/).map((part) => {
          const number = /^\{(\w+)\}$/.exec(part)?.[1]
          if (number === undefined) return part
          return (
            <NumberInput
              key={part}
              label={`${number}, ${text.replaceAll(/[{}]/g, '')}`}
              value={numbers[number] ?? (usual as Readonly<Record<string, number>>)[number] ?? 0}
              isDisabled={!isOn}
              onNumber={(value) => onChange({ ...(usual as object), ...numbers, [number]: value } as Value)}
            />
          )
        })}
      </span>
    </>
  )
}

type NumberProps = {
  readonly label: string
  readonly value: number
  readonly isDisabled: boolean
  readonly onNumber: (value: number) => void
}

function NumberInput({ label, value, isDisabled, onNumber }: NumberProps): ReactElement {
  return (
    <span className="mx-1 inline-block w-16">
      <TextInput
        aria-label={label}
        className="text-right tabular-nums"
        inputMode="numeric"
        disabled={isDisabled}
        value={String(value)}
        onText={(text) => onNumber(Number(text.replaceAll(/\D/g, '') || 0))}
      />
    </span>
  )
}
