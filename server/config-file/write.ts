import { Document } from 'yaml'
import type { Configuration, Instance, Source, Subscription } from '../../core/configuration.ts'
import type { JsonObject } from '../../core/event.ts'
import type { PlanRule } from '../../core/tracking-plan/tracking-plan.ts'
import { exportedSecrets } from './exported-secrets.ts'
import type { Catalogue } from './read-instances.ts'

/** Editors look for it beside the file: `millrace schema` prints it. */
export const SCHEMA_FILE = 'configuration.schema.json'

const COMMENT = ` yaml-language-server: $schema=./${SCHEMA_FILE}
 
 The configuration of Millrace: its sources, its destinations and the connections between them.
 
 Secrets stand here as references, such as \${env:HEAP_API_KEY}: these variables must be set where the file is read.
 Write keys stand here as they are: with one, anybody can send events.
 
 A text that looks like a number needs quotes ("011"). An action whose trigger or mapping is left out gets the
 ready-made one; a destination without "actions" gets all of its ready-made actions.`

/**
 * The configuration as a file, with references in place of secrets: with what they stand for, `readConfigFile` gives back
 * exactly the same, and what that is written as is this file again. Everything is written out, also what is
 * as it comes, so that the file goes on meaning the same when a later Millrace has other ready-made actions.
 */
export function writeConfigFile(configuration: Configuration, catalogue: Catalogue): string {
  return fileAndSecrets(configuration, catalogue).text
}

/** The file, and what each variable stands for that it refers to. */
export function fileAndSecrets(
  { sources, instances, plans, alerts }: Configuration,
  catalogue: Catalogue,
): { readonly text: string; readonly secrets: ReadonlyMap<string, string> } {
  const secrets = exportedSecrets(catalogue)
  const content = {
    sources: sources.map((source) => sourceContent(source, secrets.sql(source))),
    destinations: instances.map((instance) => instanceContent(instance, secrets.settings(instance))),
    ...(plans === undefined
      ? {}
      : { plans: plans.map(({ id, name, rules }) => ({ id, name, rules: rules.map(ruleContent) })) }),
    ...(alerts === undefined
      ? {}
      : { alerts: { ...alerts, channels: alerts.channels.map(secrets.channel) } }),
  }
  // Without aliases: two objects that happen to be one and the same must be edited apart.
  const document = new Document(content, { aliasDuplicateObjects: false })
  document.commentBefore = COMMENT
  // Never folded: a long trigger on one line is one that can be searched for.
  return { text: document.toString({ lineWidth: 0 }), secrets: secrets.texts }
}

function sourceContent(source: Source, sql: Source['sql']) {
  const { id, name, kind, writeKey, olderWriteKeys, disabledWriteKeys, origins, privacy } = source
  const { redact, transform, plan } = source
  return {
    ...{ id, name, kind, writeKey },
    ...(olderWriteKeys === undefined ? {} : { olderWriteKeys }),
    ...(disabledWriteKeys === undefined ? {} : { disabledWriteKeys }),
    ...(origins === undefined ? {} : { origins }),
    ...(privacy === undefined ? {} : { privacy }),
    ...(redact === undefined ? {} : { redact }),
    ...(transform === undefined ? {} : { transform }),
    ...(plan === undefined ? {} : { plan }),
    ...(sql === undefined ? {} : { sql }),
  }
}

function ruleContent({ type, event, description, schema, context }: PlanRule) {
  return {
    type,
    ...(event === undefined ? {} : { event }),
    ...(description === undefined ? {} : { description }),
    schema,
    ...(context === undefined ? {} : { context }),
  }
}

function instanceContent(instance: Instance, settings: JsonObject) {
  const { id, kind, name, enabled, paused, sources, consent, redact, subscriptions } = instance
  const needed = consent === undefined ? {} : { consent }
  const rules = redact === undefined ? {} : { redact }
  const held = paused === undefined ? {} : { paused }
  return {
    id,
    kind,
    name,
    enabled,
    ...held,
    sources,
    ...needed,
    ...rules,
    settings,
    actions: subscriptions.map(actionContent),
  }
}

function actionContent({ id, action, name, enabled, trigger, transform, mapping }: Subscription) {
  const changed = transform === undefined ? {} : { transform }
  return { id, action, name, enabled, trigger, ...changed, mapping }
}
