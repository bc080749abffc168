import { routeTool, type Tool } from './tool.ts'

/** What was sent, what was answered, and what ended without success. */
export const historyTools: readonly Tool[] = [
  routeTool('GET /admin/v1/attempts', { name: 'list_attempts', title: 'Requests that were sent' }),
  routeTool('GET /admin/v1/attempts/:id', {
    name: 'get_attempt',
    title: 'One request with its answer',
    params: { id: 'attempt' },
  }),
  routeTool('GET /admin/v1/dead-letters/groups', {
    name: 'dead_letter_groups',
    title: 'Dead letters by reason',
    more: 'Begin here: it says what is wrong, and how often. read_docs errors has a section for each code.',
  }),
  routeTool('GET /admin/v1/dead-letters', {
    name: 'list_dead_letters',
    title: 'Dead letters',
  }),
  routeTool('GET /admin/v1/dead-letters/:id', {
    name: 'get_dead_letter',
    title: 'One dead letter with its request, answer and event',
    params: { id: 'deadLetter' },
  }),
  routeTool('GET /admin/v1/replays', { name: 'list_replays', title: 'Replays' }),
  routeTool('GET /admin/v1/replays/:id', {
    name: 'get_replay',
    title: 'A replay with its progress',
    params: { id: 'replay' },
  }),
]
