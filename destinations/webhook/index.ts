import { action, destination, fields } from '../../core/destination.ts'
import { judgeHttp } from '../../core/judge.ts'

const settings = fields({
  url: {
    type: 'string',
    label: 'Address',
    help: 'Where each event is posted as JSON.',
    required: true,
    length_max: 2_000,
    check: urlProblem,
  },
  secret: {
    type: 'secret',
    label: 'Signing secret',
    help: 'When given, each request carries X-Millrace-Signature: sha256=… (HMAC-SHA256 of the body with this secret).',
    length_max: 200,
  },
  authorization: {
    type: 'secret',
    label: 'Authorization header',
    help: 'When given, each request carries it as its Authorization header, such as "Bearer …". Put keys here and not into the address, which is shown.',
    length_max: 2_000,
    check: (text) =>
      /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text)
        ? undefined
        : 'must be one line of plain letters, digits and signs',
  },
})

const sendEvent = action({
  name: 'Send Event',
  help: 'Post the event as JSON.',
  trigger: 'type != null',
  fields: {
    body: {
      type: 'object',
      label: 'Body',
      help: 'What is posted. The whole event unless you shape it.',
      required: true,
      default: { '@path': '$' },
    },
  },
})

/** Any HTTP endpoint: one request an event, in order. */
export const webhook = destination({
  mode: 'cloud',
  kind: 'webhook',
  name: 'Webhook',
  help: 'Posts each event as JSON to an address of yours, signed.',
  settings,
  actions: { sendEvent },
  presets: ['sendEvent'],
  test: {
    action: 'sendEvent',
    call: { type: 'track', event: 'Millrace connection test', anonymousId: 'millrace-connection-test' },
  },
  batch: { count_max: 50, bytes_max: 1_000_000, age_ms_max: 0 },
  plan(deliveries, { url, secret, authorization }) {
    return deliveries.map((delivery) => ({
      request: {
        method: 'POST',
        url,
        headers: { 'idempotency-key': headerValue(delivery.idempotencyKey) },
        json: delivery.values.body,
        ...(secret === undefined ? {} : { signature: { header: 'x-millrace-signature', secret } }),
        ...(authorization === undefined ? {} : { authorization: { scheme: 'own', value: authorization } }),
      },
      deliveries: [delivery],
    }))
  },
  judge: (response, _request, now_ms) => judgeHttp(response, now_ms),
})

function urlProblem(text: string): string | undefined {
  if (!URL.canParse(text) || !/^https?:\/\/\S+$/i.test(text)) {
    return 'must be an address that starts with https:// or http://'
  }
  const { username, password } = new URL(text)
  return username === '' && password === '' ? undefined : 'must have no user name or password'
}

/** A messageId may hold any character, a header only ASCII: the rest is percent-encoded, as in an address. */
function headerValue(text: string): string {
  return encodeURI(text.toWellFormed())
}
