import { SOURCE_KINDS, type SourceKind } from '../../core/configuration.ts'
import { connectionProblem } from '../../core/connection.ts'
import type { Destination, Field, Fields } from '../../core/destination.ts'
import { defaultMapping, presetSubscriptions } from '../../core/presets.ts'
import type { AdminRouter } from './router.ts'

const SOURCE_NAMES: Readonly<Record<SourceKind, string>> = {
  javascript: 'JavaScript',
  node: 'Node.js',
  python: 'Python',
  go: 'Go',
  ios: 'iOS',
  android: 'Android',
  http: 'HTTP',
  postgresql: 'PostgreSQL',
  mysql: 'MySQL',
}

/** The kinds of destination and of source, with all that forms and lists need. */
export function catalogueRoutes({ on }: AdminRouter, catalogue: ReadonlyMap<string, Destination>): void {
  const kinds = [...catalogue.values()]
  const destinations = kinds.map((kind) => shownKind(kind, kinds))
  const sources = SOURCE_KINDS.map((kind) => ({ kind, name: SOURCE_NAMES[kind] }))
  on('GET /admin/v1/catalogue', () => ({ destinations, sources }))
}

function shownKind(destination: Destination, all: readonly Destination[]) {
  const { kind, name, mode, help, settings, actions } = destination
  const hasTwin = all.some((other) => other.mode === 'web' && other.name === name)
  return {
    ...{ kind, name, mode, help },
    ...(mode === 'web' ? { label: destination.label } : {}),
    ...(mode === 'cloud' && hasTwin ? { recommended: RECOMMENDED } : {}),
    sourceKinds: SOURCE_KINDS.filter(
      (source) => connectionProblem({ kind: source }, destination) === undefined,
    ),
    settings: shownFields(settings),
    actions: Object.fromEntries(
      Object.entries(actions).map(([key, action]) => [
        key,
        {
          ...{ name: action.name, help: action.help, trigger: action.trigger },
          fields: shownFields(action.fields),
          mapping: defaultMapping(action),
        },
      ]),
    ),
    presets: presetSubscriptions(destination),
    canTest: mode === 'cloud' && destination.test !== undefined,
  }
}
const RECOMMENDED =
  'Events pass through Millrace: every one can be looked up, is tried again when the receiver fails, and can be sent again after a mistake. All kinds of source work.'

function shownFields(fields: Fields) {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, shownField(field)]))
}

function shownField({ type, label, help, required, default: preset, choices, length_max, advanced }: Field) {
  return {
    ...{ type, label, help, required: required === true, advanced: advanced === true },
    ...(preset === undefined ? {} : { default: preset }),
    ...(choices === undefined ? {} : { choices }),
    ...(length_max === undefined ? {} : { length_max }),
  }
}
