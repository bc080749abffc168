import { Document } from 'yaml'
import type { Configuration, Instance, Source, Subscription } from '../../core/configuration.ts'

const COMMENT = ` The configuration of Millrace: its sources, its destinations and the connections between them.
 
 CAREFUL: write keys, and settings that are secret, stand here as they are. Keep this file as you keep a password.
 
 A text that looks like a number needs quotes ("011"). An action whose trigger or mapping is left out gets the
 ready-made one; a destination without "actions" gets all of its ready-made actions.`

/**
 * The configuration as a file: `readConfigFile` gives back exactly the same. Everything is written out, also what is
 * as it comes, so that the file goes on meaning the same when a later Millrace has other ready-made actions.
 */
export function writeConfigFile({ sources, instances, alerts }: Configuration): string {
  const content = {
    sources: sources.map(sourceContent),
    destinations: instances.map(instanceContent),
    ...(alerts === undefined ? {} : { alerts }),
  }
  // Without aliases: two objects that happen to be one and the same must be edited apart.
  const document = new Document(content, { aliasDuplicateObjects: false })
  document.commentBefore = COMMENT
  // Never folded: a long trigger on one line is one that can be searched for.
  return document.toString({ lineWidth: 0 })
}

function sourceContent({ id, name, kind, writeKey, olderWriteKeys, privacy, redact }: Source) {
  const older = olderWriteKeys === undefined ? {} : { olderWriteKeys }
  const rules = redact === undefined ? {} : { redact }
  return { id, name, kind, writeKey, ...older, ...(privacy === undefined ? {} : { privacy }), ...rules }
}

function instanceContent(instance: Instance) {
  const { id, kind, name, enabled, paused, sources, consent, redact, settings, subscriptions } = instance
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

function actionContent({ id, action, name, enabled, trigger, mapping }: Subscription) {
  return { id, action, name, enabled, trigger, mapping }
}
