import type { Transporter } from 'nodemailer'

/** A mail server that does not answer by then has not taken it. */
const WITHIN_MS = 10_000

export type Mail = { readonly smtpUrl: string | undefined; readonly from: string }
export type Letter = { readonly to: readonly string[]; readonly subject: string; readonly text: string }

/** Sends mail through the server that the options name. `send` throws where that did not take it. */
export function mailer({ smtpUrl, from }: Mail) {
  let transport: Transporter | undefined

  /** Loaded with the first letter: most servers send none. */
  async function opened(url: string): Promise<Transporter> {
    const { createTransport } = await import('nodemailer')
    transport ??= createTransport(url, { from })
    return transport
  }

  return {
    /** There is a mail server. */
    canSend: smtpUrl !== undefined,
    async send({ to, subject, text }: Letter): Promise<void> {
      if (smtpUrl === undefined)
        throw new Error('No mail server is known: start with --smtp-url and --smtp-from.')
      const timer = AbortSignal.timeout(WITHIN_MS)
      const late = new Promise<never>((_, reject) => {
        timer.addEventListener('abort', () => reject(new Error('The mail server did not answer in time.')), {
          once: true,
        })
      })
      const sent = opened(smtpUrl).then((open) => open.sendMail({ to: [...to], subject, text }))
      await Promise.race([sent, late])
    },
    close: () => transport?.close(),
  }
}
