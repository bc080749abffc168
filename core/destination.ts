import type { Json, JsonObject } from './event.ts'
import type { MappingValue } from './mapping/mapping.ts'
import type { Judgement } from './outcome.ts'
import type { Secret } from './secret.ts'

/** What each field type is once it has been read. `datetime` is ISO 8601 text. */
type FieldValue = {
  string: string
  number: number
  integer: number
  boolean: boolean
  datetime: string
  object: JsonObject
  secret: Secret
}
export type FieldType = keyof FieldValue

/** One value that an action or a destination asks for. The form, the check, the types and the docs come from it. */
export type Field = {
  readonly type: FieldType
  readonly label: string
  readonly help: string
  readonly required?: boolean
  /** For an action's field: the mapping that a preset starts with. For a setting: the value when none is given. */
  readonly default?: MappingValue
  readonly choices?: readonly string[]
  /** In UTF-16 code units, for `string` and `secret`. */
  readonly length_max?: number
  /** Shown only on request: most people never touch it. */
  readonly advanced?: boolean
  /** Says what is wrong with a text, or nothing. Must be pure. */
  readonly check?: (text: string) => string | undefined
}
export type Fields = { readonly [name: string]: Field }

type ValueOf<F extends Field> = F extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : FieldValue[F['type']]
/** Present for certain: required, or with a literal default (only settings have those; a mapping can find nothing). */
type PresentKey<F extends Fields> = {
  [K in keyof F]: F[K] extends { readonly required: true }
    ? K
    : F[K] extends { readonly default: string | number | boolean }
      ? K
      : never
}[keyof F]

/** The type of the values that a set of fields asks for. Derived, so there is no generated copy to fall behind. */
export type Values<F extends Fields> = {
  readonly [K in PresentKey<F>]: ValueOf<F[K]>
} & {
  readonly [K in Exclude<keyof F, PresentKey<F>>]?: ValueOf<F[K]>
}
export type AnyValues = { readonly [name: string]: Json | Secret | undefined }

/** One thing that a destination can do, with the trigger that its preset starts with. */
export type Action<F extends Fields = Fields> = {
  readonly name: string
  readonly help: string
  readonly trigger: string
  readonly fields: F
}
export type Actions = { readonly [name: string]: Action }

/** One event bound for one subscription, with the values that the action asked for. */
export type Delivery<A extends Actions = Actions> = {
  [K in keyof A]: {
    readonly action: K
    readonly values: Values<A[K]['fields']>
    /** The same for this event and subscription for ever, at least 8 characters: a receiver can drop repeats by it. */
    readonly idempotencyKey: string
  }
}[keyof A]

export type HttpRequest = {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'GET'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly json: Json
  /** Asks the sender to add a header `name: sha256=<hex>`: the HMAC-SHA256 of the body's bytes. */
  readonly signature?: { readonly header: string; readonly secret: Secret }
}

/** A receiver's answer. `body` is its beginning, as text. Header names are in lower case. */
export type HttpResponse = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A request and the deliveries that it carries, so that its outcome reaches each of them. */
export type PlannedRequest<A extends Actions = Actions> = {
  readonly request: HttpRequest
  readonly deliveries: readonly Delivery<A>[]
}

/** How much a lane gathers before it sends, and for how long. */
export type BatchLimits = {
  readonly count_max: number
  /** Of the events as they stand in the log. */
  readonly bytes_max: number
  /**
   * A lane begins no second batch within this time unless it is full: so an idle lane sends an event at once, and a busy
   * one gathers for as long as this.
   */
  readonly age_ms_max: number
}

/**
 * A kind of receiver. Pure: it turns values into requests and answers into judgements, and never does I/O.
 * What it must hold to is docs/spec/destination.md; `destinations/conformance.test.ts` checks it.
 */
export type Destination<S extends Fields = Fields, A extends Actions = Actions> = {
  readonly kind: string
  readonly name: string
  readonly help: string
  readonly settings: S
  readonly actions: A
  /** The actions that a new instance starts with, in order. */
  readonly presets: readonly (keyof A & string)[]
  readonly batch: BatchLimits
  /**
   * Sees a lane's whole batch for an instance, all actions, in order. Returns the requests in the order in which
   * they must go; each delivery is in exactly one of them.
   */
  plan(deliveries: readonly Delivery<A>[], settings: Values<S>): readonly PlannedRequest<A>[]
  judge(response: HttpResponse, request: HttpRequest, now_ms: number): Judgement
}

/** Keeps the literal types of a field table, so that `Values` can be derived from it. */
export function fields<const F extends Fields>(table: F): F {
  return table
}

export function action<const F extends Fields>(definition: Action<F>): Action<F> {
  return definition
}

/** Checks a destination against its own settings and actions, and forgets their exact types for the catalogue. */
export function destination<S extends Fields, A extends Actions>(definition: Destination<S, A>): Destination {
  return definition as unknown as Destination
}
