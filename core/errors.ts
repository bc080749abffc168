type ErrorSpec = { readonly status: number; readonly retry: boolean; readonly text: string }

/**
 * Every operating error that the product reports, by code. `docs/errors.md` has one section for each, and
 * `test/tidy.test.ts` holds the two together.
 *
 * `status` is the HTTP status where the error answers a request; `retry` says whether the same work may succeed
 * later with nothing changed by a person.
 */
export const ERRORS = {
  // A request to ingest
  TOO_MANY_CONNECTIONS: { status: 429, retry: true, text: 'Too many connections are open.' },
  REQUEST_UNREADABLE: { status: 400, retry: false, text: 'This is no HTTP request.' },
  HEADERS_TOO_LARGE: { status: 431, retry: false, text: 'The address and the headers are over the limit.' },
  REQUEST_TOO_SLOW: { status: 408, retry: true, text: 'The request did not arrive in time.' },
  BODY_TOO_LARGE: { status: 413, retry: false, text: 'The request body is over the limit.' },
  BODY_NOT_JSON: { status: 400, retry: false, text: 'The request body is not JSON.' },
  BODY_NOT_DECODABLE: {
    status: 400,
    retry: false,
    text: 'The request body is not what its Content-Encoding says.',
  },
  ENCODING_UNSUPPORTED: { status: 415, retry: false, text: 'This Content-Encoding is not supported.' },
  BATCH_INVALID: { status: 400, retry: false, text: 'The body is not a batch of calls.' },
  BATCH_TOO_LONG: { status: 413, retry: false, text: 'The batch holds more calls than the limit.' },
  WRITE_KEY_MISSING: { status: 401, retry: false, text: 'The request carries no write key.' },
  WRITE_KEY_UNKNOWN: { status: 401, retry: false, text: 'No source has this write key.' },
  WRITE_KEY_DISABLED: { status: 401, retry: false, text: 'This write key is disabled.' },
  ORIGIN_NOT_ALLOWED: { status: 403, retry: false, text: 'Pages of this origin may not send to the source.' },
  RATE_LIMITED: { status: 429, retry: true, text: 'Too many requests in a short time.' },
  SOURCE_NOT_FOUND: { status: 404, retry: false, text: 'No JavaScript source has this write key.' },
  ROUTE_NOT_FOUND: { status: 404, retry: false, text: 'There is nothing at this address.' },
  LOG_UNAVAILABLE: { status: 503, retry: true, text: 'The event could not be written to the log.' },
  DISK_NEARLY_FULL: { status: 503, retry: true, text: 'The disk is nearly full.' },
  SHUTTING_DOWN: { status: 503, retry: true, text: 'The server is stopping.' },
  INTERNAL: {
    status: 500,
    retry: true,
    text: 'Something failed that should not have. The log has the details.',
  },

  // One call in a good request: refused, and kept as refused
  EVENT_NOT_OBJECT: { status: 400, retry: false, text: 'The call is not a JSON object.' },
  EVENT_TYPE_UNKNOWN: {
    status: 400,
    retry: false,
    text: 'The call is none of track, identify, page, screen, group and alias.',
  },
  EVENT_PERSON_MISSING: {
    status: 400,
    retry: false,
    text: 'The call has neither a userId nor an anonymousId.',
  },
  EVENT_FIELD_MISSING: { status: 400, retry: false, text: 'The call lacks a field that its type needs.' },
  EVENT_FIELD_INVALID: { status: 400, retry: false, text: 'A field of the call has the wrong type.' },
  EVENT_TIMESTAMP_INVALID: { status: 400, retry: false, text: 'The timestamp of the call is not a date.' },
  EVENT_TOO_LARGE: { status: 413, retry: false, text: 'The call is over the size limit of an event.' },
  EVENT_TOO_DEEP: { status: 400, retry: false, text: 'The call is nested too deeply.' },
  EVENT_TOO_MANY_KEYS: { status: 400, retry: false, text: 'The call has too many names and list items.' },
  PERSON_SUPPRESSED: { status: 403, retry: false, text: 'Events of this person are not taken.' },
  EVENT_UNPLANNED: { status: 400, retry: false, text: 'The tracking plan of the source has no such event.' },
  PLAN_VIOLATION: {
    status: 400,
    retry: false,
    text: 'The call is not as the tracking plan of the source says.',
  },
  REDACTION_FAILED: {
    status: 500,
    retry: false,
    text: 'A redaction rule failed, so the event is neither kept nor sent.',
  },

  // Configuration
  CONFIG_INVALID: { status: 422, retry: false, text: 'The configuration is not valid.' },
  CONFIG_UNREADABLE: { status: 422, retry: false, text: 'The configuration file cannot be read.' },
  OPTION_INVALID: { status: 422, retry: false, text: 'An option or an environment variable is not valid.' },
  TRIGGER_INVALID: { status: 422, retry: false, text: 'The trigger cannot be read.' },
  MAPPING_INVALID: { status: 422, retry: false, text: 'The mapping cannot be compiled.' },
  TRANSFORM_INVALID: { status: 422, retry: false, text: 'The transformation cannot be compiled.' },
  SETTINGS_INVALID: { status: 422, retry: false, text: 'The settings of the destination are not valid.' },
  CONNECTION_INVALID: {
    status: 422,
    retry: false,
    text: 'This source cannot be connected to this destination.',
  },

  // Starting
  PORT_IN_USE: { status: 500, retry: false, text: 'Another program listens on this port.' },
  TLS_UNREADABLE: {
    status: 500,
    retry: false,
    text: 'The certificate and its key cannot be read, or do not belong together.',
  },
  DATA_IN_USE: { status: 500, retry: false, text: 'Another Millrace uses this data.' },
  SCHEMA_TOO_NEW: { status: 500, retry: false, text: 'The data was written by a newer Millrace.' },
  POSTGRES_UNAVAILABLE: {
    status: 503,
    retry: true,
    text: 'PostgreSQL cannot be reached, or does not answer.',
  },
  POSTGRES_UNSUITABLE: {
    status: 500,
    retry: false,
    text: 'This PostgreSQL database cannot be used as it is.',
  },
  LANE_LOST: { status: 409, retry: false, text: 'Another process owns this lane now.' },
  BACKUP_INVALID: { status: 422, retry: false, text: 'This cannot be backed up or restored.' },
  SECRET_KEY_MISSING: { status: 500, retry: false, text: 'The key that opens the secrets is not there.' },
  SECRET_KEY_WRONG: { status: 500, retry: false, text: 'This key does not open the secrets.' },
  SEALED_UNREADABLE: { status: 500, retry: false, text: 'A sealed secret cannot be opened.' },
  ROLES_NEED_CLUSTER: {
    status: 500,
    retry: false,
    text: 'The embedded engine belongs to one process, which does everything.',
  },
  LOG_ENGINE_UNFIT: {
    status: 500,
    retry: false,
    text: 'The NATS servers are not set up as the log needs it.',
  },
  MOVE_TARGET_TAKEN: { status: 409, retry: false, text: 'What is moved needs a place with nothing in it.' },
  MOVE_UNFINISHED: { status: 500, retry: false, text: 'What is kept there has not been moved in whole yet.' },
  MOVE_DIFFERS: { status: 500, retry: false, text: 'What has arrived differs from what was there.' },
  DATA_MOVED: { status: 500, retry: false, text: 'What was in this data folder has been moved.' },
  CHUNK_DAMAGED: { status: 500, retry: false, text: 'A chunk of the log does not match its checksum.' },

  // Admin API
  ADMIN_FOREIGN_SITE: { status: 403, retry: false, text: 'Another site may not ask the admin API.' },
  ADMIN_LOOPBACK_ONLY: { status: 403, retry: false, text: 'The admin API answers only on this machine.' },
  LOGIN_NEEDED: { status: 401, retry: false, text: 'You are not logged in.' },
  LOGIN_FAILED: {
    status: 401,
    retry: false,
    text: 'These are not the address, password or code of anybody.',
  },
  LOGIN_THROTTLED: { status: 429, retry: true, text: 'There were too many tries to log in.' },
  LOGIN_BUSY: { status: 503, retry: true, text: 'Too many people log in at once.' },
  LOGIN_OFF: { status: 409, retry: false, text: 'Login is off: there is no person whose this is.' },
  NOT_ALLOWED: { status: 403, retry: false, text: 'You may not do this.' },
  REQUEST_FOREIGN: { status: 403, retry: false, text: 'The request comes from another site.' },
  SECOND_FACTOR_NEEDED: { status: 403, retry: false, text: 'You must add a second factor first.' },
  PASSWORD_WRONG: { status: 403, retry: false, text: 'This is not your password.' },
  PASSWORD_WEAK: { status: 422, retry: false, text: 'This password cannot be taken.' },
  CODE_WRONG: { status: 422, retry: false, text: 'This is not the code of now.' },
  LINK_INVALID: { status: 410, retry: false, text: 'The link was used, has expired, or never was one.' },
  EMAIL_TAKEN: { status: 409, retry: false, text: 'There is a person with this e-mail address.' },
  LAST_ADMIN: { status: 409, retry: false, text: 'Nobody would be left who may manage people.' },
  SSO_FAILED: { status: 502, retry: true, text: 'Single sign-on did not work.' },
  SSO_REFUSED: { status: 403, retry: false, text: 'Single sign-on knows you, but you may not come in here.' },
  TOKEN_INVALID: { status: 401, retry: false, text: 'This is no API token that is valid here.' },
  TOKEN_EXPIRED: { status: 401, retry: false, text: 'The API token has expired.' },
  TOKEN_TOO_MUCH: { status: 403, retry: false, text: 'A token may not do more than whoever makes it.' },
  PERSONAL_NOT_ALLOWED: {
    status: 403,
    retry: false,
    text: 'This asks about personal values, which you may not see.',
  },
  AUDIT_UNAVAILABLE: {
    status: 503,
    retry: true,
    text: 'The audit log cannot be written, so nothing may be changed.',
  },
  NOT_FOUND: { status: 404, retry: false, text: 'There is no such thing.' },
  LOOKUPS_BUSY: { status: 503, retry: true, text: 'Too many questions are being answered already.' },
  LIVE_TOO_MANY: { status: 503, retry: true, text: 'Too many live views are open.' },
  QUERY_INVALID: { status: 400, retry: false, text: 'A parameter of the request is not valid.' },
  CHANGED_MEANWHILE: { status: 409, retry: false, text: 'It was changed meanwhile.' },
  PERSON_UNCLEAR: { status: 409, retry: false, text: 'These are too many people to be one.' },
  REPLAY_IMPOSSIBLE: { status: 409, retry: false, text: 'This replay cannot be run.' },
  APPLY_REFUSED: { status: 409, retry: false, text: 'The configuration was not applied.' },
  SERVER_UNREACHABLE: { status: 502, retry: true, text: 'The server could not be asked.' },

  // An import
  IMPORT_UNREADABLE: { status: 422, retry: false, text: 'The file cannot be imported.' },
  IMPORT_FOREIGN: { status: 409, retry: false, text: 'The import that was begun was another one.' },
  IMPORT_STOPPED: { status: 502, retry: true, text: 'The import has stopped before its end.' },

  // A database that is read
  SQL_NOT_SET_UP: { status: 409, retry: false, text: 'The source has no database to read yet.' },
  SQL_RUN_UNDER_WAY: { status: 409, retry: true, text: 'A run of this source is under way.' },
  SQL_ADDRESS_FORBIDDEN: {
    status: 502,
    retry: true,
    text: 'The address of the database may not be reached.',
  },
  SQL_UNREACHABLE: { status: 502, retry: true, text: 'The database could not be reached.' },
  SQL_LOGIN_REFUSED: { status: 502, retry: true, text: 'The database does not let this user in.' },
  SQL_TLS_FAILED: { status: 502, retry: true, text: 'No encrypted connection to the database came about.' },
  SQL_TIMEOUT: { status: 504, retry: true, text: 'The database did not answer in time.' },
  SQL_QUERY_FAILED: { status: 422, retry: true, text: 'The database refused the query.' },

  // The outcome of a delivery
  VALUES_INVALID: { status: 422, retry: false, text: 'The event does not give what the action needs.' },
  TRANSFORM_FAILED: { status: 422, retry: false, text: 'The transformation failed for this event.' },
  HEAP_IDENTITY_MISSING: { status: 422, retry: false, text: 'Heap is told nobody whose this is.' },
  HEAP_IDENTITY_NEVER: { status: 422, retry: false, text: "The identity can be nobody's." },
  HEAP_LINK_DROPPED: {
    status: 422,
    retry: false,
    text: 'Heap would drop this link of a visitor and a person.',
  },
  HEAP_API_KEY_MISSING: { status: 422, retry: false, text: 'The destination has no API key for deletions.' },
  PLAN_FAILED: { status: 500, retry: false, text: 'The destination failed to build a request: a bug.' },
  DESTINATION_UNREACHABLE: { status: 502, retry: true, text: 'The destination could not be reached.' },
  DESTINATION_TIMEOUT: { status: 504, retry: true, text: 'The destination did not answer in time.' },
  DESTINATION_THROTTLED: { status: 503, retry: true, text: 'The destination asked us to slow down.' },
  DESTINATION_FAILED: { status: 502, retry: true, text: 'The destination failed.' },
  DESTINATION_MISCONFIGURED: {
    status: 502,
    retry: true,
    text: 'The destination does not accept these settings: nothing can be delivered until they are mended.',
  },
  DESTINATION_FORBIDDEN_ADDRESS: {
    status: 502,
    retry: true,
    text: "The destination's address may not be reached: nothing can be delivered until it is mended or allowed.",
  },
  DESTINATION_REFUSED: { status: 422, retry: false, text: 'The destination refused the delivery.' },
  SUBSCRIPTION_GONE: {
    status: 410,
    retry: false,
    text: 'The subscription of a parked delivery does not want it any more.',
  },
  CONSENT_MISSING: {
    status: 403,
    retry: false,
    text: 'The person of a parked delivery has not allowed what its destination needs.',
  },
  INTEGRATION_OFF: {
    status: 403,
    retry: false,
    text: 'The integrations of a parked delivery’s call switch its destination off.',
  },
  EVENT_GONE: {
    status: 410,
    retry: false,
    text: 'The event of a parked delivery is not in the log any more.',
  },
  DELIVERY_GAVE_UP: { status: 504, retry: false, text: 'The delivery failed for longer than the limit.' },
} as const satisfies Record<string, ErrorSpec>

export type ErrorCode = keyof typeof ERRORS

/** Reasons that only a person can mend, in the settings: the whole destination is held, and nothing is buried meanwhile. */
export const HELD_CODES: ReadonlySet<string> = new Set<ErrorCode>([
  'DESTINATION_MISCONFIGURED',
  'DESTINATION_FORBIDDEN_ADDRESS',
])

/** Something wrong in what a person wrote, and where: `['settings', 'appId']`. */
export type PlacedProblem = { readonly at: readonly (string | number)[]; readonly problem: string }

/**
 * An error that the product expects and can name. `code` is the contract (stable, documented, searchable);
 * `message` is for people; `details` holds the facts, and never a secret or a customer's data.
 */
export class AppError extends Error {
  override readonly name = 'AppError'
  readonly code: ErrorCode
  readonly details: Readonly<Record<string, string | number | readonly PlacedProblem[]>>

  constructor(code: ErrorCode, details: AppError['details'] = {}, options?: ErrorOptions) {
    super(ERRORS[code].text, options)
    this.code = code
    this.details = details
  }

  get status(): number {
    return ERRORS[this.code].status
  }

  /** Whether the same work may succeed later, with nothing changed by a person. */
  get retry(): boolean {
    return ERRORS[this.code].retry
  }

  /** One line for a person: the text, then the facts. */
  get explanation(): string {
    const facts = Object.entries(this.details).map(([name, value]) => `${name}: ${factText(value)}`)
    return facts.length === 0 ? this.message : `${this.message} (${facts.join(', ')})`
  }
}

function factText(fact: AppError['details'][string]): string {
  if (typeof fact !== 'object') return String(fact)
  return fact.map(({ at, problem }) => `${at.join('.')} ${problem}`).join('; ')
}
