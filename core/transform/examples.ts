/** What people want most often of a transformation: a beginning to change. */
export type TransformExample = { readonly label: string; readonly text: string }

export const TRANSFORM_EXAMPLES: readonly TransformExample[] = [
  {
    label: 'Rename a property',
    text: `export function transform(event) {
  const { prise, ...rest } = event.properties ?? {}
  if (prise !== undefined) event.properties = { ...rest, price: prise }
  return event
}
`,
  },
  {
    label: 'Compute a total',
    text: `export function transform(event) {
  const { price = 0, quantity = 1 } = event.properties ?? {}
  if (event.event === 'Order Completed') event.properties.total = price * quantity
  return event
}
`,
  },
  {
    label: 'Drop test users',
    text: `export function transform(event) {
  const email = event.traits?.email ?? event.context?.traits?.email ?? event.properties?.email
  if (typeof email === 'string' && email.endsWith('@example.com')) return null
  return event
}
`,
  },
  {
    label: 'Lower-case the e-mail',
    text: `export function transform(event) {
  for (const part of [event.traits, event.context?.traits, event.properties]) {
    if (typeof part?.email === 'string') part.email = part.email.trim().toLowerCase()
  }
  return event
}
`,
  },
]
