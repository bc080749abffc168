import { countText } from '../ui/format.ts'

type Counts = { readonly accepted: number; readonly refused: number; readonly skipped: number }

/** `11 would now be accepted, 1 would still be refused.` */
export function dryRunText({ accepted, refused, skipped }: Counts): string {
  const parts = [
    ...(accepted > 0 ? [`${countText(accepted)} would now be accepted`] : []),
    ...(refused > 0 ? [`${countText(refused)} would still be refused`] : []),
    ...(skipped > 0
      ? [`${countText(skipped)} would be skipped: no action wants ${skipped === 1 ? 'it' : 'them'}`]
      : []),
  ]
  return parts.length === 0 ? 'There is nothing to send.' : `${parts.join(', ')}.`
}
