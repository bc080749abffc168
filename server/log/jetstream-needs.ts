import { HEADERS_BYTES_MAX } from './jetstream-head.ts'

/** The oldest server that knows atomic batches, reads of several messages and republishing. */
const VERSION_MIN = [2, 12] as const

/** How a server is set up, as it says itself. */
export type ServerFacts = {
  readonly name: string
  readonly version: string
  /** Whether it forces what it wrote to the disk before it says that it has it. */
  readonly isSyncedAlways: boolean
}
export type StreamFacts = {
  readonly name: string
  readonly replicas: number
  readonly storage: string
  readonly retention: string
  readonly age_ms_max: number
  /** Bytes and messages; -1: no bound. */
  readonly bytes_max: number
  readonly messages_max: number
  readonly message_bytes_max: number
  readonly discard: string
  readonly isAtomic: boolean
  readonly isDirect: boolean
  readonly canDelete: boolean
  /** Undefined for a stream that this log did not make. */
  readonly lanes: number | undefined
}
export type NatsFacts = {
  /** The version of the server that this process talks to. */
  readonly version: string
  readonly payload_bytes_max: number
  /** Undefined: no account could be asked. */
  readonly servers: readonly ServerFacts[] | undefined
  /** Undefined: it was not there, and is made. */
  readonly stream: StreamFacts | undefined
}
export type NatsWants = {
  readonly replicas: number
  /** The longest entry that is ever appended. */
  readonly entry_bytes_max: number
  /** Whether the person who runs this vouches for the servers' sync interval where nobody can ask them. */
  readonly isSyncVouchedFor: boolean
}

/** What has to be changed before the log can keep its promises, each as a sentence. Empty: it can. */
export function unmetNeeds(facts: NatsFacts, wants: NatsWants): readonly string[] {
  return [
    ...versionNeeds(facts),
    ...syncNeeds(facts, wants),
    ...countNeeds(facts, wants),
    ...sizeNeeds(facts, wants),
    ...(facts.stream === undefined ? [] : streamNeeds(facts.stream, wants)),
  ]
}

function versionNeeds({ version, servers = [] }: NatsFacts): readonly string[] {
  const others = servers.filter((server) => server.version !== version)
  return [{ name: 'that answers', version }, ...others]
    .filter((server) => !isNewEnough(server.version))
    .map((server) => {
      return `The NATS server ${server.name} has version ${server.version}. Install ${VERSION_MIN.join('.')} or later: the log needs its atomic batches.`
    })
}

export function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10))
  return major > VERSION_MIN[0] || (major === VERSION_MIN[0] && minor >= VERSION_MIN[1])
}

function syncNeeds({ servers }: NatsFacts, { isSyncVouchedFor }: NatsWants): readonly string[] {
  if (servers === undefined || servers.length === 0) {
    if (isSyncVouchedFor) return []
    return [
      'Nobody could ask the NATS servers for their sync interval. Give a user of their system account, or say that "sync_interval: always" is set on each.',
    ]
  }
  return servers
    .filter(({ isSyncedAlways }) => !isSyncedAlways)
    .map(({ name }) => {
      return `The NATS server ${name} forces its files to the disk only from time to time, so that a power cut would take acknowledged events. Put "sync_interval: always" into its jetstream block and start it again.`
    })
}

/** A stream that is there goes on while a server is away. */
function countNeeds({ servers, stream }: NatsFacts, { replicas }: NatsWants): readonly string[] {
  if (stream !== undefined || servers === undefined || servers.length >= replicas) return []
  return [
    `${servers.length} NATS servers answer, and each chunk is to be kept by ${replicas}. Start more, or ask for fewer replicas.`,
  ]
}

function sizeNeeds({ payload_bytes_max }: NatsFacts, { entry_bytes_max }: NatsWants): readonly string[] {
  const wanted_bytes = entry_bytes_max + HEADERS_BYTES_MAX
  if (payload_bytes_max >= wanted_bytes) return []
  return [
    `The NATS servers take messages of ${payload_bytes_max} bytes, and an event may need ${wanted_bytes}. Set "max_payload: ${wanted_bytes}" or more, or allow smaller events.`,
  ]
}

function streamNeeds(stream: StreamFacts, { replicas }: NatsWants): readonly string[] {
  const { name } = stream
  if (stream.lanes === undefined) {
    return [`The stream ${name} was not made by Millrace. Name another one, or remove it.`]
  }
  const rules: readonly [isMet: boolean, sentence: string][] = [
    [
      stream.replicas >= replicas,
      `keeps ${stream.replicas} of ${replicas} copies. Run "nats stream edit ${name} --replicas ${replicas}", or ask for fewer replicas.`,
    ],
    [stream.storage === 'file', 'keeps its messages in memory. Make it anew with file storage.'],
    [stream.retention === 'limits', 'removes what was read. Make it anew with the retention "limits".'],
    [
      stream.age_ms_max === 0,
      'removes messages by age. Set its max-age to 0: Millrace removes what is old itself.',
    ],
    [
      stream.bytes_max === -1 && stream.messages_max === -1,
      'has a bound on bytes or messages. Take it away: Millrace keeps the log within its own, and never removes what a reader needs.',
    ],
    [stream.message_bytes_max === -1, 'has a bound on the size of a message. Take it away.'],
    [stream.discard === 'new', 'removes old messages when it is full. Set its discard policy to "new".'],
    [stream.isAtomic, 'takes no atomic batches. Allow them ("allow_atomic").'],
    [stream.isDirect, 'does not answer direct reads. Allow them ("allow_direct").'],
    [stream.canDelete, 'does not let messages be deleted or purged. It cannot be changed: make it anew.'],
  ]
  return rules.filter(([isMet]) => !isMet).map(([, sentence]) => `The stream ${name} ${sentence}`)
}
