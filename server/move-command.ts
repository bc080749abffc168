import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../core/errors.ts'
import type { MigrateDeps, MoveAsked, MoveTold } from './cli/migrate.ts'
import { readServerConfig, type ServerConfig } from './config.ts'
import { openDataFolder } from './data-folder.ts'
import { markMoved } from './data-moved.ts'
import { type MoveOptions, move, whatWouldMove } from './moving/move.ts'
import { connectPostgres } from './postgres/connect.ts'

/** As long as clients are told to wait. */
const RETRY_AFTER_S = 5
const CONNECTIONS_MAX = 2

export const moveCommands: Pick<MigrateDeps, 'move' | 'whatWouldMove'> = {
  move: (asked, told) => move(optionsOf(asked, told)),
  whatWouldMove: (asked) => whatWouldMove(optionsOf(asked)),
}

/** @throws {AppError} OPTION_INVALID */
function optionsOf(asked: MoveAsked, told?: MoveTold): MoveOptions {
  const config = readServerConfig(asked.options)
  const { dataFolder, nats, postgres, secretKey: key, natsReplicas, isNatsSynced } = config
  if (nats === undefined || postgres.url === undefined) {
    const option = nats === undefined ? '--nats' : '--postgres'
    throw new AppError('OPTION_INVALID', { option, problem: 'must say where to move to' })
  }
  const { newKeyFile } = asked
  const login = nats.user === '' ? {} : { user: nats.user, pass: nats.pass }
  return {
    ...{ dataFolder, key, from: asked.from, begin: asked.begin, now_ms: Date.now, sleep },
    newKey: newKeyFile === undefined ? key : { kind: 'file', path: newKeyFile, mayMake: false },
    postgres: connectPostgres({
      ...{ url: postgres.url, connections_max: CONNECTIONS_MAX, waitsForDisk: true, name: 'migrate' },
    }),
    log: { servers: nats.servers, login, replicas: natsReplicas, isSyncVouchedFor: isNatsSynced },
    tryLock: () => lockOf(dataFolder),
    onProgress: (progress) => told?.onProgress(progress),
    onCaughtUp: () => told?.onCaughtUp(),
    async onStopped() {
      const answering = asked.answers ? await answerClients(config) : undefined
      told?.onStopped(answering?.note ?? 'Clients keep what they cannot send now, and send it again.')
      return async () => answering?.close()
    },
    markMoved: () => markMoved(dataFolder, Date.now()),
  }
}

function lockOf(dataFolder: string) {
  try {
    return openDataFolder(dataFolder)
  } catch (error) {
    if (error instanceof AppError && error.code === 'DATA_IN_USE') return undefined
    throw error
  }
}

/** Says to whoever comes to the port of the stopped server when to come again. */
function answerClients({ host, port }: ServerConfig): Promise<{ note: string; close: () => void }> {
  const text = JSON.stringify({
    error: { code: 'LOG_UNAVAILABLE', text: 'The server is being moved. Send it again.' },
  })
  const server = createServer((request, response) => {
    request.resume()
    response.setHeader('retry-after', RETRY_AFTER_S)
    response.setHeader('content-type', 'application/json')
    response.setHeader('connection', 'close')
    response.statusCode = 503
    response.end(text)
  })
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => reject(new AppError('PORT_IN_USE', { host, port }, { cause })))
    server.listen(port, host, () =>
      resolve({
        note: `Clients at ${host}:${port} are told to come again in ${RETRY_AFTER_S} s.`,
        close: () => {
          server.close()
          server.closeAllConnections()
        },
      }),
    )
  })
}
