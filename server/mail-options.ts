import type { Readable } from './page-options.ts'

export const readSmtpUrl: Readable<string> = {
  wants: 'an address such as smtps://user:password@mail.example.com or smtp://localhost:25',
  read: (text) => (/^smtps?:\/\/[^\s/]+/.test(text) && URL.canParse(text) ? text : undefined),
}

export const readMailAddress: Readable<string> = {
  wants: 'an address such as millrace@example.com',
  read: (text) => (/^[^\s@<>]+@[^\s@<>]+$/.test(text) ? text : undefined),
}
