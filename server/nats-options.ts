import type { Readable } from './page-options.ts'

/** The options of NATS, for the table in `config.ts`. */
export const NATS_OPTIONS = {
  nats: {
    env: 'MILLRACE_NATS',
    fallback: '',
    help: 'NATS servers for the log, in place of a file, such as nats://user:password@nats-1:4222,nats-2:4222',
    isSecret: true,
  },
  'nats-replicas': {
    env: 'MILLRACE_NATS_REPLICAS',
    fallback: '3',
    help: 'how many NATS servers keep each chunk of the log',
  },
  'nats-synced': {
    env: 'MILLRACE_NATS_SYNCED',
    fallback: 'no',
    help: 'yes: you say yourself that every NATS server has sync_interval: always',
  },
} as const

/** `pass` is a secret. */
export type NatsPlace = { readonly servers: readonly string[]; readonly user: string; readonly pass: string }

export const readNats: Readable<NatsPlace> = {
  wants: 'addresses such as nats://user:password@nats-1:4222,nats-2:4222',
  read(text) {
    const match = /^nats:\/\/(?:([^:@/\s]+):([^@/\s]+)@)?([^@/\s]+)$/.exec(text)
    if (match === null) return undefined
    const [, user = '', pass = '', servers = ''] = match
    return { servers: servers.split(','), user: decodeURIComponent(user), pass: decodeURIComponent(pass) }
  },
}
