import type { Json, JsonObject } from './event.ts'
import type { Mapping, MappingValue } from './mapping/mapping.ts'
import type { Judgement, Reason } from './outcome.ts'
import type { PagePlugin, PageSubscription } from './page-plugin.ts'
import type { Secret } from './secret.ts'

/** What each field type is once it has been read. `datetime` is ISO 8601 text. */
type FieldValue = {
  string: string
  number: number
  integer: number
  boolean: boolean
  datetime: string
  object: JsonObject
  list: readonly Json[]
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
  /** What it sends takes the place of what was sent before: an older event, sent again, goes over newer ones. */
  readonly overwrites?: true
  readonly help: string
  readonly trigger: string
  readonly fields: F
}
export type Actions = { readonly [name: string]: Action }

/** One event bound for one subscription, with the values that the action asked for, or what `prepare` has made of them. */
export type Delivery<A extends Actions = Actions, P = never> = GivenDelivery<A> | PreparedDelivery<P>

type GivenDelivery<A extends Actions> = {
  [K in keyof A]: {
    readonly action: K
    readonly values: Values<A[K]['fields']>
    /** The same for this event and subscription for ever, at least 8 characters: a receiver can drop repeats by it. */
    readonly idempotencyKey: string
    /** What a judgement `later` left for the next time; absent the first time. */
    readonly state?: Json
  }
}[keyof A]

/** Where a destination prepares nothing, there is no such delivery. */
type PreparedDelivery<P> = P extends unknown ? { readonly prepared: P; readonly state?: Json } : never

export type HttpRequest = {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'GET'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** The body; absent for a request that has none. */
  readonly json?: Json
  /** The body where it is written out already, in the place of `json`: JSON that was joined from prepared parts. */
  readonly jsonText?: string
  /** Becomes the `Authorization` header when the request is sent, and `***` wherever it is shown. */
  readonly authorization?:
    | { readonly scheme: 'basic'; readonly user: string; readonly password: Secret }
    | { readonly scheme: 'bearer'; readonly token: Secret }
    /** The whole value of the header, as a person gave it. */
    | { readonly scheme: 'own'; readonly value: Secret }
  /** The answer holds a secret, such as a token: history shows `***` in its place. */
  readonly isAnswerSecret?: true
  /** Asks the sender to add a header `name: sha256=<hex>`: the HMAC-SHA256 of the body's bytes. */
  readonly signature?: { readonly header: string; readonly secret: Secret }
}

/** A receiver's answer. `body` is its beginning, as text. Header names are in lower case. */
export type HttpResponse = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A change that a value needed so that the receiver takes it: "`note` cut from 1,310 to 1,023 characters". */
export type Adjustment<A extends Actions = Actions, P = never> = {
  readonly delivery: Delivery<A, P>
  /** The name of the value as the receiver gets it. */
  readonly field: string
  /** For people. Holds no value: values are people's data. */
  readonly text: string
}

/** Something to know the next time, kept for the instance once the request that carries it has been delivered. */
export type Remembered = {
  readonly key: string
  readonly value: string
  /** Kept in the ledger, over restarts; else in a bounded memory that may forget at any time. */
  readonly isDurable: boolean
  /** Forgotten then; absent: never. */
  readonly until_ms?: number
}

/**
 * A request and the deliveries that it carries, so that its outcome reaches each of them. A delivery that needs several
 * requests (a link and a property write) is carried by each: it is delivered when all of them are, and a dead letter
 * as soon as one refuses it alone. A refused request is planned anew in halves, so what is repeated must do no harm.
 */
export type PlannedRequest<A extends Actions = Actions, P = never> = {
  readonly request: HttpRequest
  readonly deliveries: readonly Delivery<A, P>[]
  readonly adjustments?: readonly Adjustment<A, P>[]
  readonly remember?: readonly Remembered[]
  /** Judges the answer to this very request, in place of the destination's own `judge`. Must be pure. */
  readonly judge?: (response: HttpResponse, now_ms: number) => Judgement
}

/** Deliveries that end without a request: nothing would change at the receiver, or it must never get them. */
export type PlannedEnd<A extends Actions = Actions, P = never> = {
  readonly end: { readonly status: 'unchanged' } | { readonly status: 'rejected'; readonly reason: Reason }
  readonly deliveries: readonly Delivery<A, P>[]
}
export type Planned<A extends Actions = Actions, P = never> = PlannedRequest<A, P> | PlannedEnd<A, P>

/** What `plan` may know besides the deliveries. */
export type PlanContext = {
  readonly now_ms: number
  /** What was remembered for this instance; of what is durable, only keys that `recalls` names are certain to be found. */
  readonly recall: (key: string) => string | undefined
}

/** At most `units_max` within any span of `window_ms`. */
export type Budget = {
  /** For people, such as "events a minute". */
  readonly label: string
  readonly units_max: number
  readonly window_ms: number
  /** `instance`: used up, all lanes of the instance wait. `subject`: one for each subject; what is over it is parked. */
  readonly scope: 'instance' | 'subject'
}
export type Budgets = { readonly [name: string]: Budget }
export type BudgetUse = {
  readonly budget: string
  readonly units: number
  /** The deliveries of one subject in one batch use it once, together: they are merged into one write. */
  readonly isShared?: true
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

/** A ready-made trigger and mapping, when it is not just an action as it comes. */
export type Preset<Name extends string = string> = {
  readonly id: string
  readonly name: string
  readonly action: Name
  readonly trigger: string
  /** Put over the action's own. */
  readonly mapping?: Mapping
  /** Offered, and off at first, when false. */
  readonly enabled: boolean
}

/** A script of ours that the analytics library in a page loads. */
export type PageScript = {
  /** What people write into `integrations` to switch it off: `{ 'Heap Web': false }`. */
  readonly name: string
  /** What the script puts its factory under, in the page's window. */
  readonly libraryName: string
}

/** What a person sees of a kind of receiver. */
type Described<S extends Fields, A extends Actions> = {
  readonly kind: string
  readonly name: string
  readonly help: string
  readonly settings: S
  readonly actions: A
  /** What a new instance starts with, in order; the name of an action stands for it as it comes, switched on. */
  readonly presets: readonly ((keyof A & string) | Preset<keyof A & string>)[]
}

/**
 * A receiver that this server sends to. Pure: it turns values into requests and answers into judgements, and never
 * does I/O. What it must hold to is docs/spec/destination.md; `destinations/conformance.test.ts` checks it.
 */
export type CloudDestination<S extends Fields = Fields, A extends Actions = Actions, P = never> = Described<
  S,
  A
> & {
  readonly mode: 'cloud'
  readonly batch: BatchLimits
  /** A script for pages, by the name that it is built under: it adds to their events what this server cannot know. */
  companion?(settings: Values<S>): (PageScript & { readonly bundle: string }) | undefined
  /**
   * What is sent to try an instance, on a person's explicit wish only: a call for one of its actions. It must be
   * recognisable as a test at the receiver, and be nobody's. Absent: there is no way to try it.
   */
  readonly test?: { readonly action: keyof A & string; readonly call: JsonObject }
  /** The action that asks the receiver to delete a person. Absent: it cannot be asked. */
  readonly deletes?: keyof A & string
  /** The receiver's limits on how much it takes. */
  budgets?(settings: Values<S>): Budgets
  /**
   * What is to be known of this delivery until its batch has ended, made as soon as it is mapped: a text that is to be sent, and
   * small facts. All that follows is then given `prepared` in the place of the values, so a batch of a thousand events holds their
   * texts, and not a thousand trees. Undefined: the values stay. Nothing may depend on whether a delivery was prepared.
   */
  prepare?(delivery: Delivery<A>, settings: Values<S>): P | undefined
  /** Whose delivery it is at the receiver, where `subject` budgets count and order matters when one is used up. */
  subject?(delivery: Delivery<A, P>, settings: Values<S>): string | undefined
  /** What sending this delivery uses of the budgets. */
  uses?(delivery: Delivery<A, P>, settings: Values<S>): readonly BudgetUse[]
  /** What a person who looks at this delivery should know, though nothing is wrong with it: sentences. */
  about?(delivery: Delivery<A>, settings: Values<S>): readonly string[]
  /** Of the keys that `plan` will ask `recall` for, those that are durable: what is not is in no store. */
  recalls?(delivery: Delivery<A, P>, settings: Values<S>): readonly string[]
  /** Whether what this delivery says is remembered, durably or not: said once more, it may end as unchanged. */
  remembers?(delivery: Delivery<A, P>, settings: Values<S>): boolean
  /**
   * Sees a lane's whole batch for an instance, all actions, in order. Returns the requests in the order in which
   * they must go, and what ends without one. Each delivery is in one end, or else in one request or more.
   */
  plan(
    deliveries: readonly Delivery<A, P>[],
    settings: Values<S>,
    context: PlanContext,
  ): readonly Planned<A, P>[]
  judge(response: HttpResponse, request: HttpRequest, now_ms: number): Judgement
}

/**
 * A receiver that the page itself sends to, through a plugin of the analytics library: nothing of it passes this
 * server, so it has no plan, no judgement and no history, and only sources that run in a page can be connected.
 */
export type WebDestination<S extends Fields = Fields, A extends Actions = Actions> = Described<S, A> & {
  readonly mode: 'web'
  /** What tells it from the cloud destination of the same name in the catalogue. */
  readonly label: string
  readonly script: PageScript
  /** What the page is given. Everybody can read it: no secret may be in it. */
  page(instanceId: string, settings: Values<S>, subscriptions: readonly PageSubscription[]): PagePlugin
  /** What the page calls of the receiver's library for a delivery, in order. */
  calls(delivery: Delivery<A>, settings: Values<S>): readonly PageCall[]
}

/** A call of a library in the page. */
export type PageCall = { readonly name: string; readonly given: readonly Json[] }

export type Destination = CloudDestination | WebDestination

/** Keeps the literal types of a field table, so that `Values` can be derived from it. */
export function fields<const F extends Fields>(table: F): F {
  return table
}

export function action<const F extends Fields>(definition: Action<F>): Action<F> {
  return definition
}

/** Checks a destination against its own settings and actions, and forgets their exact types for the catalogue. */
export function destination<S extends Fields, A extends Actions, P = never>(
  definition: CloudDestination<S, A, P>,
): CloudDestination {
  return definition as unknown as CloudDestination
}

/** The same for one that the page sends to. */
export function webDestination<S extends Fields, A extends Actions>(
  definition: WebDestination<S, A>,
): WebDestination {
  return definition as unknown as WebDestination
}

/** The requests among what was planned, in order. */
export function requestsOf<A extends Actions, P = never>(
  planned: readonly Planned<A, P>[],
): readonly PlannedRequest<A, P>[] {
  return planned.filter((one): one is PlannedRequest<A, P> => 'request' in one)
}

/** A request's body as it is sent, '' where it has none. */
export function bodyOf({ json, jsonText }: HttpRequest): string {
  return jsonText ?? JSON.stringify(json) ?? ''
}

/** A request's body for who looks at it. */
export function jsonOf({ json, jsonText }: HttpRequest): Json | undefined {
  return jsonText === undefined ? json : (JSON.parse(jsonText) as Json)
}

/** Nothing remembered, a fixed time: for a preview or a test. */
export const NO_CONTEXT: PlanContext = { now_ms: 0, recall: () => undefined }
