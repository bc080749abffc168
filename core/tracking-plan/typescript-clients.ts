/**
 * The end of what `typescriptOf` writes, the same for every plan: the calls of the libraries for pages and for Node, in terms of the
 * tables that stand before it.
 */
export const CLIENTS = `type Options = { readonly [option: string]: unknown }
type Callback = (...given: never[]) => void
type More = [options?: Options, callback?: Callback]
/** Properties may be left out where none is required. */
type Args<Properties> = {} extends Properties
  ? [properties?: Properties, ...more: More]
  : [properties: Properties, ...more: More]
type PropertiesOf<Table, Others, Name> = Name extends keyof Table ? Table[Name] : Others
/** A name that the plan has, or any where it has a rule for the others. */
type NameOf<Table, Others> = [Others] extends [never] ? keyof Table & string : string
type Answer<Client, Call extends string> = Client extends { [K in Call]: (...given: infer _Given) => infer Result }
  ? Result
  : unknown

/** The calls of the libraries for pages: \`analytics.track('Signed Up', {…})\`. */
export interface BrowserCalls<Client = unknown> {
  track<Name extends NameOf<TrackEvents, OtherTrackEvents>>(
    event: Name,
    ...given: Args<PropertiesOf<TrackEvents, OtherTrackEvents, Name>>
  ): Answer<Client, 'track'>
  page<Name extends NameOf<PageNames, OtherPageNames>>(
    name: Name,
    ...given: Args<PropertiesOf<PageNames, OtherPageNames, Name>>
  ): Answer<Client, 'page'>
  page<Name extends NameOf<PageNames, OtherPageNames>>(
    category: string | null | undefined,
    name: Name,
    ...given: Args<PropertiesOf<PageNames, OtherPageNames, Name>>
  ): Answer<Client, 'page'>
  screen<Name extends NameOf<ScreenNames, OtherScreenNames>>(
    name: Name,
    ...given: Args<PropertiesOf<ScreenNames, OtherScreenNames, Name>>
  ): Answer<Client, 'screen'>
  identify(userId: string | null | undefined, ...given: Args<UserTraits>): Answer<Client, 'identify'>
  identify(...given: Args<UserTraits>): Answer<Client, 'identify'>
  group(groupId: string, ...given: Args<GroupTraits>): Answer<Client, 'group'>
}

type Person =
  | { readonly userId: string; readonly anonymousId?: string }
  | { readonly userId?: string; readonly anonymousId: string }
type Common = Person & {
  readonly messageId?: string
  readonly timestamp?: string | Date
  readonly context?: Options
  readonly integrations?: Options
}
type Carries<Part extends string, Properties> = {} extends Properties
  ? { readonly [P in Part]?: Properties }
  : { readonly [P in Part]: Properties }

/** The calls of the library for Node: \`analytics.track({ userId, event: 'Signed Up', properties: {…} })\`. */
export interface NodeCalls<Client = unknown> {
  track<Name extends NameOf<TrackEvents, OtherTrackEvents>>(
    call: Common & { readonly event: Name } & Carries<
        'properties',
        PropertiesOf<TrackEvents, OtherTrackEvents, Name>
      >,
    callback?: Callback,
  ): Answer<Client, 'track'>
  page<Name extends NameOf<PageNames, OtherPageNames>>(
    call: Common & { readonly name: Name; readonly category?: string } & Carries<
        'properties',
        PropertiesOf<PageNames, OtherPageNames, Name>
      >,
    callback?: Callback,
  ): Answer<Client, 'page'>
  screen<Name extends NameOf<ScreenNames, OtherScreenNames>>(
    call: Common & { readonly name: Name; readonly category?: string } & Carries<
        'properties',
        PropertiesOf<ScreenNames, OtherScreenNames, Name>
      >,
    callback?: Callback,
  ): Answer<Client, 'screen'>
  identify(call: Common & Carries<'traits', UserTraits>, callback?: Callback): Answer<Client, 'identify'>
  group(
    call: Common & { readonly groupId: string } & Carries<'traits', GroupTraits>,
    callback?: Callback,
  ): Answer<Client, 'group'>
}

/** A library for pages whose calls are those of the plan; what the plan says nothing of stays as the library has it. */
export type Planned<Client> = Omit<Client, PlannedCall> & Pick<BrowserCalls<Client>, PlannedCall>
/** The same of the library for Node. */
export type PlannedNode<Client> = Omit<Client, PlannedCall> & Pick<NodeCalls<Client>, PlannedCall>
`
