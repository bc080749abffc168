type WeakPoint = {
  readonly who: string
  readonly wrong: string
  /** The title of an example that shows ours, or of a test in `others.test.ts`. */
  readonly example?: string
  readonly test?: string
}

/** What other pipelines get wrong when they feed Heap, from their code and their users' reports. */
export const weakPoints: readonly WeakPoint[] = [
  {
    who: 'Segment, classic server',
    wrong: 'drops every anonymous event',
    example: 'somebody anonymous has a numeric user id and no identity',
  },
  {
    who: 'Segment, classic',
    wrong: 'sends `email` as `_email`, so the built-in Email stays empty',
    example: 'email',
  },
  { who: 'Segment, classic server', wrong: 'sends no idempotency key', test: 'a repeat has the same key' },
  {
    who: 'Segment, classic web',
    wrong: 'sends every list as JSON text, without a choice',
    example: 'Lists as Heap lists',
  },
  {
    who: 'Segment Heap Cloud',
    wrong: 'has no default mapping of the identity: known people go out anonymous',
    example: 'a user id is the identity',
  },
  {
    who: 'Segment Heap Cloud',
    wrong: 'sends the identity or the anonymous id, and never joins them',
    example: 'an identify call with both ids links them, then sets the properties',
  },
  { who: 'Segment Heap Cloud', wrong: 'turns all numbers into text', example: 'numbers stay numbers' },
  {
    who: 'Segment Heap Cloud',
    wrong: 'makes lists into foods.0, without a choice',
    example: 'Arrays indexed',
  },
  {
    who: 'Segment Heap Cloud',
    wrong: 'writes a user property anonymous_id that nobody asked for',
    example: 'traits are user properties',
  },
  {
    who: 'Segment, RudderStack, Flagsmith',
    wrong: 'knew only the US address for years',
    test: 'EU data goes to the EU address',
  },
  {
    who: 'Segment Heap Cloud',
    wrong: 'loses the name of a page, or names the event undefined',
    example: 'a page call is "Page viewed" with its name',
  },
  {
    who: 'Segment, RudderStack, Customer.io',
    wrong: 'have no group call',
    example: 'the account goes on the person, then its properties',
  },
  {
    who: 'Segment heap-cloud, RudderStack, Airbyte',
    wrong: 'send one request for each event',
    test: 'a thousand events are one request',
  },
  {
    who: 'Segment heap-cloud',
    wrong: 'sends two requests for each event that carries traits',
    example: 'on: the events of one person in a batch are one write',
  },
  {
    who: 'Segment heap-cloud',
    wrong: 'loses an anonymous event that carries traits',
    example: 'on: an anonymous event with traits is sent; only the traits cannot be',
  },
  {
    who: 'Segment heap-cloud, RudderStack',
    wrong: 'fail on an identify call without traits',
    example: 'an identify call without traits makes the person known',
  },
  {
    who: 'Segment heap-cloud',
    wrong: 'never links at the identify call',
    example: 'a second visitor of the same person is linked',
  },
  { who: 'Segment heap-cloud', wrong: 'cuts nothing, so Heap refuses', example: 'a longer value is cut' },
  { who: 'Segment heap-cloud', wrong: 'sends the forbidden user property `id`', example: 'id' },
  { who: 'Segment heap-cloud', wrong: 'has no alias call', example: 'an alias call links (Merge Users)' },
  {
    who: 'Segment, RudderStack',
    wrong: 'cannot delete a person',
    test: 'a person is deleted, and the receipt kept',
  },
  {
    who: 'Segment heap-cloud',
    wrong: 'takes the identity 0, which senders use for a failed log-in',
    example: 'the number 0, which some send for a failed log-in',
  },
  {
    who: 'Segment heap-cloud',
    wrong: 'fails on a messageId of fewer than 8 characters',
    test: 'a short messageId makes a long enough key',
  },
  {
    who: 'Segment Heap Web',
    wrong: 'sends identify traits unflattened',
    example: 'user properties too',
  },
  {
    who: 'RudderStack',
    wrong: 'sends the anonymous id as identity: two people for ever',
    example: 'somebody anonymous has a numeric user id and no identity',
  },
  {
    who: 'RudderStack',
    wrong: 'has no idempotency key unless you make one, so retries double events',
    test: 'a repeat has the same key',
  },
  {
    who: 'RudderStack',
    wrong: 'lets empty objects and lists through as such',
    example: 'an empty object has nothing to say',
  },
  { who: 'RudderStack', wrong: 'names list items a[0]', example: 'Arrays indexed' },
  {
    who: 'mParticle web',
    wrong: 'ignores page views and drops events named click, change and submit',
    test: 'no event name is special',
  },
  {
    who: 'mParticle web',
    wrong: 'makes item events of commerce events whether you want or not, cut only there',
    example: 'no list, no items',
  },
  {
    who: 'Hightouch, Fivetran',
    wrong: 'need an identity for every event',
    example: 'the same visitor has the same user id, another one another',
  },
  {
    who: 'Chord',
    wrong: 'takes the mail address where there is no user id: two people of one',
    example: 'a mail address is no identity unless the mapping says so',
  },
  {
    who: 'Airbyte',
    wrong: 'logs an HTTP error and loses the row',
    test: 'an answer that is no success is a retry or a refusal, never a loss',
  },
  {
    who: 'Airbyte',
    wrong: 'sends a made-up event to test the connection',
    test: 'nothing is sent that nobody did',
  },
  {
    who: 'Zeotap',
    wrong: 'takes an App Id that cannot be one',
    test: 'an App Id of letters is refused when it is entered',
  },
  {
    who: 'users of Heap',
    wrong: 'merge everybody who has the identity null, undefined or guest, and cannot undo it',
    example: 'the text undefined',
  },
  {
    who: 'Segment',
    wrong: 'sent a bulk body that Heap could not read',
    test: 'a thousand events are one request',
  },
  {
    who: "Heap's own client for Node",
    wrong: 'rejects true and false',
    example: 'true and false become text',
  },
  {
    who: 'heap-mcp-server',
    wrong: 'keeps the token for deletions for 50 minutes; it lasts 5',
    test: 'each visit to a deletion begins with a fresh token',
  },
  {
    who: 'all whose code was read',
    wrong: 'do not see that Heap drops a second identity or an eleventh visitor',
    example: 'an eleventh visitor of one person in a month is not linked',
  },
  {
    who: 'all whose code was read',
    wrong: 'send the same traits again and again against a limit of 30 in 30 seconds',
    example: 'the same traits again say nothing new',
  },
  {
    who: 'all whose code was read',
    wrong: "know none of Heap's limits",
    test: "Heap's limits are declared",
  },
]
