import type { Json } from '../../../../core/event.ts'
import { own } from '../../../../core/own.ts'
import { planProblems } from '../../../../core/tracking-plan/check.ts'
import { PLAN_FORMATS, readPlanDocument } from '../../../../core/tracking-plan/read-document.ts'
import type { PlanRule } from '../../../../core/tracking-plan/tracking-plan.ts'
import { typescriptOf } from '../../../../core/tracking-plan/typescript.ts'
import { readYaml } from '../../../config-file/yaml-document.ts'
import { given, invalid, numberOf } from '../body.ts'
import type { Arg, Call, Verb } from '../verb.ts'
import { changeText } from './sources.ts'

const ID: Arg = { name: 'PLAN' }
const NAME = { value: 'NAME', help: 'What people call it; as the file says when left out' }

export const trackingPlanVerbs: readonly Verb[] = [
  {
    name: 'tracking-plans list',
    summary: 'All tracking plans, with the sources that hold to them',
    async run({ client, print }) {
      print.list((await client.ask('GET /admin/v1/tracking-plans')).plans, {
        columns: [
          ['id', ({ id }) => id, 'fixed'],
          ['name', ({ name }) => name],
          ['rules', ({ rules }) => String(rules), 'number'],
          ['sources', ({ sources }) => sources.join(', ')],
        ],
        id: ({ id }) => id,
        none: 'There are none: "millrace tracking-plans add" takes one from a file.',
      })
      return 0
    },
  },
  {
    name: 'tracking-plans add',
    summary:
      'Take a plan that Segment, RudderStack or Millrace exported, or of a CSV; --plan puts its rules in place of another’s',
    args: [{ name: 'FILE' }],
    flags: {
      name: NAME,
      id: { value: 'ID', help: 'Made from the name when left out; never changes' },
      plan: { value: 'PLAN', help: 'The plan that gets these rules instead of its own' },
      'dry-run': { help: 'Only tell what would be taken, and what not' },
    },
    run: importPlan,
  },
  {
    name: 'tracking-plans draft',
    summary: 'Make a plan that takes what a source sent so far for right',
    args: [{ name: 'SOURCE', of: 'source' }],
    flags: { name: { value: 'NAME', help: 'What people call it; the name of the source when left out' } },
    async run({ client, print, flag, args: [source = ''] }) {
      const { rules } = await client.ask('POST /admin/v1/tracking-plans/draft', { body: { source } })
      const body = { name: flag('name') ?? source, rules: [...rules] }
      const { saved, change } = await client.ask('POST /admin/v1/tracking-plans', { body })
      print.one(
        { ...saved, change },
        [`${saved.id} has ${rules.length} rules. ${changeText(change)}`],
        saved.id,
      )
      return 0
    },
  },
  {
    name: 'tracking-plans export',
    summary: 'Write a plan as JSON, for Millrace or another program',
    args: [ID],
    flags: { format: { value: 'FORMAT', help: 'Whose; millrace when left out', choices: PLAN_FORMATS } },
    async run({ client, print, flag, args: [id = ''] }) {
      const query = given({ format: flag('format') as (typeof PLAN_FORMATS)[number] | undefined })
      const asked = { params: { id }, query }
      const { document } = await client.ask('GET /admin/v1/tracking-plans/:id/document', asked)
      print.one(document, JSON.stringify(document, undefined, 2).split('\n'))
      return 0
    },
  },
  {
    name: 'tracking-plans remove',
    summary: 'Remove a plan: sources that held to it hold to none. "changes undo" brings it back',
    args: [ID],
    async run({ client, print, args: [id = ''] }) {
      const { change } = await client.ask('DELETE /admin/v1/tracking-plans/:id', { params: { id } })
      print.one({ id, change }, [`${id} is removed. ${changeText(change)}`], id)
      return 0
    },
  },
  {
    name: 'tracking-plans findings',
    summary: 'What of a source’s events was not as its plan says, the most frequent first',
    args: [{ name: 'SOURCE', of: 'source' }],
    flags: { hours: { value: 'COUNT', help: 'Up to now; 24 when left out, 168 at most' } },
    run: findings,
  },
  {
    name: 'types',
    summary: 'Write a plan as types for TypeScript: "millrace types > events.d.ts"',
    args: [{ ...ID, isOptional: true }],
    flags: {
      language: { value: 'LANGUAGE', help: 'typescript when left out', choices: ['typescript'] },
      file: {
        value: 'FILE',
        help: 'Of an exported plan, or of a configuration file with plans, instead of the server; - is the standard input',
      },
    },
    run: types,
  },
]

const CSV_NAME = /\.(csv|tsv)$/i

async function importPlan({ client, print, flag, deps, args: [file = ''] }: Call): Promise<number> {
  const text = await deps.readText(file)
  const document = CSV_NAME.test(file) ? text : documentIn(text, file)
  const read = await client.ask('POST /admin/v1/tracking-plans/read', { body: { document } })
  const [problem] = read.problems
  if (problem !== undefined) throw invalid(`${file}: ${[...problem.at, problem.problem].join('.')}`)
  for (const note of read.notes) print.note(note)
  const rules = [...read.rules]
  if (flag('dry-run') !== undefined) {
    print.one({ ...read, saved: false }, [`${rules.length} rules would be taken.`])
    return 0
  }
  const [id, plan] = [flag('id'), flag('plan')]
  const name = flag('name') ?? read.name
  const { saved, change } =
    plan === undefined
      ? await client.ask('POST /admin/v1/tracking-plans', {
          body: { name: name ?? 'Tracking plan', rules, ...given({ id }) },
        })
      : await client.ask('PATCH /admin/v1/tracking-plans/:id', {
          params: { id: plan },
          body: { rules, ...given({ name: flag('name') }) },
        })
  print.one({ ...saved, change }, [`${saved.id} has ${rules.length} rules. ${changeText(change)}`], saved.id)
  return 0
}

async function findings(call: Call): Promise<number> {
  const { client, print, args } = call
  const params = { id: args[0] ?? '' }
  const query = given({ hours: numberOf(call, 'hours') })
  const answer = await client.ask('GET /admin/v1/sources/:id/plan-findings', { params, query })
  print.list(answer.findings, {
    columns: [
      ['seen', ({ count }) => String(count), 'number'],
      ['what', ({ kind }) => kind],
      ['call', ({ type, event }) => (event === '' ? type : `${type} ${event}`)],
      ['place', ({ path }) => path],
      ['', ({ text }) => text],
      ['last', ({ last }) => print.time(last)],
    ],
    id: ({ event, path }) => `${event} ${path}`,
    none: 'Nothing: its events are as its plan says, or it holds to none.',
  })
  return 0
}

async function types({ client, print, flag, deps, args: [id] }: Call): Promise<number> {
  const file = flag('file')
  const text =
    file === undefined
      ? await typesOfServer(client, id)
      : typescriptOf(planIn(documentIn(await deps.readText(file), file), file, id))
  print.one({ text }, text.trimEnd().split('\n'))
  return 0
}

async function typesOfServer(client: Call['client'], wanted: string | undefined): Promise<string> {
  const id =
    wanted ?? onlyOne((await client.ask('GET /admin/v1/tracking-plans')).plans.map((plan) => plan.id))
  return (await client.ask('GET /admin/v1/tracking-plans/:id/types', { params: { id } })).text
}

function planIn(document: Json, file: string, wanted: string | undefined) {
  const plans = own(document, 'plans')
  if (!Array.isArray(plans)) {
    const read = readPlanDocument(document)
    if (!read.ok) throw invalid(`${file}: ${read.problem}`)
    return checked(file, read.name ?? '', read.rules)
  }
  const list = plans as readonly Json[]
  const id = wanted ?? onlyOne(list.map((plan) => String(own(plan, 'id'))))
  const plan = list.find((one) => own(one, 'id') === id)
  if (plan === undefined) throw invalid(`${file} has no plan "${id}"`)
  return checked(
    file,
    String(own(plan, 'name')),
    (own(plan, 'rules') ?? []) as unknown as readonly PlanRule[],
  )
}

function checked(file: string, name: string, rules: readonly PlanRule[]) {
  const [problem] = planProblems(rules)
  if (problem !== undefined) throw invalid(`${file}: ${problem.at.join('.')} ${problem.problem}`)
  return { id: '', name, rules }
}

function onlyOne(ids: readonly string[]): string {
  const [id, ...others] = ids
  if (id === undefined) throw invalid('there is no tracking plan')
  if (others.length > 0) throw invalid(`there are several tracking plans: name one of ${ids.join(', ')}`)
  return id
}

/** YAML or JSON. */
function documentIn(text: string, file: string): Json {
  const read = readYaml(text)
  const [problem] = read.problems
  if (problem !== undefined) throw invalid(`${file}:${problem.line}:${problem.column}: ${problem.problem}`)
  return (read.ok ? read.yaml.value : null) as Json
}
