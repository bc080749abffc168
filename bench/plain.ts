// The same work by hand, without any framework, configuration or explanation: what ours is measured against.
export type Loose = Record<string, unknown>

export function plainTransform(lines: readonly string[]): number {
  let bytes = 0
  for (const line of lines) bytes += one(line)
  return bytes
}

function one(line: string): number {
  const event = JSON.parse(line) as Loose
  if (typeof event['messageId'] !== 'string' || !(event['userId'] || event['anonymousId'])) return 0
  if (event['type'] === 'track') {
    if (typeof event['event'] !== 'string') return 0
    const body = {
      app_id: '11',
      identity: event['userId'],
      event: event['event'],
      timestamp: new Date(event['timestamp'] as string).toISOString(),
      idempotency_key: event['messageId'],
      properties: flat((event['properties'] ?? {}) as Loose, '', {}),
    }
    return JSON.stringify(body).length
  }
  const properties = flat((event['traits'] ?? {}) as Loose, '', {})
  return JSON.stringify({ app_id: '11', identity: event['userId'], properties }).length
}

export function flat(value: Loose, prefix: string, into: Record<string, string>): Record<string, string> {
  for (const key in value) {
    const inner = value[key]
    const name = prefix === '' ? key : `${prefix}.${key}`
    if (inner !== null && typeof inner === 'object') flat(inner as Loose, name, into)
    else into[name] = typeof inner === 'string' ? inner : String(inner)
  }
  return into
}
