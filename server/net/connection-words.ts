/** What the codes of Node, of TLS and of undici mean to whoever reads of them. */
const WORDS: readonly (readonly [code: RegExp, words: string])[] = [
  [/^ECONNREFUSED$/, 'Nothing listens at the address'],
  [/^(ENOTFOUND|EAI_AGAIN|ENODATA)$/, 'No machine of this name was found'],
  [/^(EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, 'There is no way to the address'],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/, 'The connection broke'],
  [/^(ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/, 'The address did not take a connection in time'],
  [/^UND_ERR_(HEADERS|BODY)_TIMEOUT$/, 'The answer did not come in time'],
  [
    /CERT|SELF_SIGNED|UNABLE_TO|^ERR_TLS|^ERR_SSL/,
    'The certificate of the address is not trusted, or is of another',
  ],
]

/** Why nobody answered: in plain words, and then as the error says it. */
export function noAnswerText(code: string, message: string): string {
  const words = WORDS.find(([known]) => known.test(code))?.[1] ?? 'Nobody answered'
  return `${words}: ${message.includes(code) ? message : `${message} (${code})`.trim()}`
}
