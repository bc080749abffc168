import type { SourceKind } from '../../core/configuration.ts'
import type { Snippets } from '../../core/snippets.ts'
import type { SqlKind } from '../../core/sql/settings.ts'

export const LANGUAGES = ['javascript', 'node', 'python', 'go', 'ios', 'android', 'curl'] as const
export type Language = (typeof LANGUAGES)[number]
export const VENDORS = ['customerio', 'segment'] as const
export type Vendor = (typeof VENDORS)[number]
export const VENDOR_NAMES: Readonly<Record<Vendor, string>> = {
  customerio: 'Customer.io',
  segment: 'Segment',
}

/** One thing to do, with what is to be copied. */
export type SetUpStep = { readonly title: string; readonly code: string; readonly note?: string }
export type Place = { readonly host: string; readonly writeKey: string }

/** The languages that suit a kind of source, its own first. */
export function languagesFor(kind: Exclude<SourceKind, SqlKind>): readonly Language[] {
  if (kind === 'javascript') return ['javascript', 'curl']
  const own: Language = kind === 'http' ? 'curl' : kind
  return [own, ...LANGUAGES.filter((one) => one !== own && one !== 'javascript')]
}

/** What to do in a page; both ways end in the same calls. */
export function javascriptSteps(vendor: Vendor, snippets: Snippets): readonly SetUpStep[] {
  const [snippet, npm, global] =
    vendor === 'customerio'
      ? [snippets.customerio, snippets.npmCustomerio, 'cioanalytics']
      : [snippets.segment, snippets.npmSegment, 'analytics']
  return [
    {
      title: 'Into the <head> of every page',
      code: snippet,
      note: `Sends a page call, and makes ${global}.`,
    },
    { title: 'Or with npm, in your own bundle', code: npm },
    {
      title: 'Then call it',
      code: `${global}.identify('user-1', { email: 'ada@example.com' })\n${global}.track('Signed Up', { plan: 'pro' })`,
    },
  ]
}

/** What to do in every other language: only the host and the write key differ from the vendors' documents. */
export function serverSteps(
  language: Exclude<Language, 'javascript'>,
  vendor: Vendor,
  place: Place,
): readonly SetUpStep[] {
  const isCustomerio = vendor === 'customerio'
  switch (language) {
    case 'node':
      return nodeSteps(isCustomerio ? '@customerio/cdp-analytics-node' : '@segment/analytics-node', place)
    case 'python':
      return isCustomerio
        ? pythonSteps('customerio-cdp-analytics', 'from customerio import analytics', place)
        : pythonSteps('segment-analytics-python', 'import segment.analytics as analytics', place)
    case 'go':
      return goSteps(
        isCustomerio ? 'github.com/customerio/cdp-analytics-go' : 'github.com/segmentio/analytics-go/v3',
        place,
      )
    case 'ios':
      return [isCustomerio ? customerioSwift(place) : segmentSwift(place)]
    case 'android':
      return [isCustomerio ? customerioKotlin(place) : segmentKotlin(place)]
    case 'curl':
      return [curlStep(place)]
  }
}

/** https://docs.customer.io/integrations/data-in/connections/servers/node/, https://segment.com/docs/connections/sources/catalog/libraries/server/node/ */
function nodeSteps(name: string, { host, writeKey }: Place): readonly SetUpStep[] {
  return [
    { title: 'Install', code: `npm install ${name}` },
    {
      title: 'Send',
      code: `import { Analytics } from "${name}"

const analytics = new Analytics({
  writeKey: "${writeKey}",
  host: "${host}",
})

analytics.track({ userId: "user-1", event: "Signed Up", properties: { plan: "pro" } })
await analytics.closeAndFlush()`,
    },
  ]
}

/** https://docs.customer.io/integrations/data-in/connections/servers/python/, https://segment.com/docs/connections/sources/catalog/libraries/server/python/ */
function pythonSteps(name: string, importLine: string, { host, writeKey }: Place): readonly SetUpStep[] {
  return [
    { title: 'Install', code: `pip install ${name}` },
    {
      title: 'Send',
      code: `${importLine}

analytics.write_key = '${writeKey}'
analytics.host = '${host}'

analytics.track(user_id='user-1', event='Signed Up', properties={'plan': 'pro'})
analytics.flush()`,
    },
  ]
}

/** https://docs.customer.io/integrations/data-in/connections/servers/go/, https://segment.com/docs/connections/sources/catalog/libraries/server/go/ */
function goSteps(name: string, { host, writeKey }: Place): readonly SetUpStep[] {
  return [
    { title: 'Install', code: `go get ${name}` },
    {
      title: 'Send',
      code: `package main

import analytics "${name}"

func main() {
	client, err := analytics.NewWithConfig("${writeKey}", analytics.Config{
		Endpoint: "${host}",
	})
	if err != nil {
		panic(err)
	}
	defer client.Close()

	client.Enqueue(analytics.Track{
		UserId:     "user-1",
		Event:      "Signed Up",
		Properties: analytics.NewProperties().Set("plan", "pro"),
	})
}`,
    },
  ]
}

const ALWAYS_HTTPS = 'The library always speaks HTTPS, so Millrace must be reached by it.'

/** https://segment.com/docs/connections/sources/catalog/libraries/mobile/apple/ */
function segmentSwift({ host, writeKey }: Place): SetUpStep {
  return {
    title: 'Where the app starts, with the package github.com/segmentio/analytics-swift',
    note: ALWAYS_HTTPS,
    code: `import Segment

let analytics = Analytics(
    configuration: Configuration(writeKey: "${writeKey}")
        .apiHost("${bare(host)}/v1")
        .cdnHost("${bare(host)}/v1")
)

analytics.track(name: "Signed Up", properties: ["plan": "pro"])`,
  }
}

/** https://docs.customer.io/integrations/sdk/ios/getting-started/packages-options/ */
function customerioSwift({ host, writeKey }: Place): SetUpStep {
  return {
    title: 'Where the app starts, with the package github.com/customerio/customerio-ios',
    note: ALWAYS_HTTPS,
    code: `import CioDataPipelines

CustomerIO.initialize(
    withConfig: SDKConfigBuilder(cdpApiKey: "${writeKey}")
        .apiHost("${bare(host)}/v1")
        .cdnHost("${bare(host)}/v1")
        .build()
)

CustomerIO.shared.track(name: "Signed Up", properties: ["plan": "pro"])`,
  }
}

/** https://segment.com/docs/connections/sources/catalog/libraries/mobile/kotlin-android/ */
function segmentKotlin({ host, writeKey }: Place): SetUpStep {
  return {
    title: 'Where the app starts, with com.segment.analytics.kotlin:android',
    note: ALWAYS_HTTPS,
    code: `import com.segment.analytics.kotlin.android.Analytics
import kotlinx.serialization.json.buildJsonObject
import kotlinx.serialization.json.put

val analytics = Analytics("${writeKey}", applicationContext) {
    apiHost = "${bare(host)}/v1"
    cdnHost = "${bare(host)}/v1"
}

analytics.track("Signed Up", buildJsonObject { put("plan", "pro") })`,
  }
}

/** https://docs.customer.io/integrations/sdk/android/getting-started/packages-options/ */
function customerioKotlin({ host, writeKey }: Place): SetUpStep {
  return {
    title: 'Where the app starts, with io.customer.android:datapipelines',
    note: ALWAYS_HTTPS,
    code: `import io.customer.sdk.CustomerIO
import io.customer.sdk.CustomerIOBuilder

CustomerIOBuilder(application, "${writeKey}")
    .apiHost("${bare(host)}/v1")
    .cdnHost("${bare(host)}/v1")
    .build()

CustomerIO.instance().track("Signed Up", mapOf("plan" to "pro"))`,
  }
}

function curlStep({ host, writeKey }: Place): SetUpStep {
  return {
    title: 'In a terminal',
    note: 'Every call of the spec has an address: /v1/track, /v1/identify, /v1/page, /v1/screen, /v1/group, /v1/alias, /v1/batch.',
    code: `curl -u ${writeKey}: ${host}/v1/track \\
  -H 'content-type: application/json' \\
  -d '{"userId":"user-1","event":"Signed Up","properties":{"plan":"pro"}}'`,
  }
}

/** The libraries for apps put https:// in front themselves. */
function bare(host: string): string {
  return host.replace(/^https?:\/\//, '')
}
