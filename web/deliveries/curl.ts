type Given = {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** A request as a command for a shell. Secrets are not known here: what stands in their place is to be filled in. */
export function curlText({ method, url, headers, body }: Given): string {
  const lines = [
    `curl -X ${method} ${quoted(url)}`,
    ...Object.entries(headers).map(
      ([name, value]) => `-H ${quoted(`${name}: ${withPlaceholder(name, value)}`)}`,
    ),
    ...(body === '' ? [] : [`-d ${quoted(body)}`]),
  ]
  return lines.join(' \\\n  ')
}

/** `Basic ***` becomes `Basic YOUR_AUTHORIZATION`: a name that says what belongs there. */
function withPlaceholder(name: string, value: string): string {
  return value.replace(/\*\*\*$/, `YOUR_${name.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}`)
}

/** In single quotes nothing is special to a shell but the quote itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
