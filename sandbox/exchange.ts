/** `body` is the parsed JSON, or undefined when it could not be read. `path` starts with `/api/`. */
export type HeapRequest = {
  readonly method: string
  readonly path: string
  readonly body: unknown
  /** By names in lower case. Only the deletion API reads any: `authorization`. */
  readonly headers?: { readonly [name: string]: string | readonly string[] | undefined }
}

/** A `json` that is a text is sent as plain text: that is how Heap answers for accounts. */
export type HeapAnswer = {
  readonly status: number
  readonly json: string | { readonly [name: string]: unknown }
  /** With 405: the method that the address takes. */
  readonly allow?: string
}

/** What came of a request. A refusal says why, and whose it was when that is known; the answer's form is its own. */
export type Handled = {
  readonly answer: HeapAnswer
  readonly refusal?: { readonly problem: string; readonly appId?: string | undefined }
}

/** A refusal as the addresses that take data give it. */
export function refused(status: number, problem: string, appId?: string): Handled {
  return { answer: { status, json: { error: problem } }, refusal: { problem, appId } }
}

export function wrongMethod(allow: 'GET' | 'POST'): Handled {
  const problem = `Heap takes only ${allow} here`
  return { answer: { status: 405, json: { error: problem }, allow }, refusal: { problem } }
}
