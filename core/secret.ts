/** What stands in place of a secret, wherever people or files see it. */
export const MASK = '***'

/** A value that must never be printed: text, JSON and Node's inspection all show `***`. */
export type Secret = {
  /** The only way to the value, and easy to search for. */
  readonly reveal: () => string
  readonly toString: () => string
  readonly toJSON: () => string
}

export function secret(value: string): Secret {
  const masked = () => MASK
  return Object.freeze({
    reveal: () => value,
    toString: masked,
    toJSON: masked,
    [Symbol.for('nodejs.util.inspect.custom')]: masked,
  })
}
