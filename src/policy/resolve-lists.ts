/** Channels and drills: lists of named things. Entries of the same name meet, new ones join. */
import type { Pointer } from '../model/document.ts';
import type { Fact } from '../model/fact.ts';
import { defaulted, explicit } from '../model/fact.ts';
import type { Problem } from '../model/failure.ts';
import type { ChannelKey, ChannelType, EffectiveChannel, EffectivePolicy, TokenPolicySpec } from '../model/policy.ts';
import type { Millis } from '../model/quantity.ts';
import { CHANNEL_KEYS, DEFAULTS_PAGE } from './defaults.ts';
import type { Lattice } from './meet.ts';
import { atMost, exactly, strictest, union } from './meet.ts';
import type { PolicyDimension, Written } from './meet-field.ts';
import { asIs, asMillis } from './meet-field.ts';
import { accumulate } from './resolve-accumulate.ts';
import type { PolicyGraph } from './resolve-graph.ts';

type ChannelEntry = NonNullable<NonNullable<TokenPolicySpec['revocation']>['channels']>[number];
type DrillEntry = NonNullable<TokenPolicySpec['drills']>[number];

/** A list of a document whose entries have names. */
interface NamedList<Entry> {
  readonly pointer: Pointer;
  readonly entries: (spec: TokenPolicySpec) => readonly Entry[];
  readonly nameOf: (entry: Entry) => string;
}

const CHANNELS: NamedList<ChannelEntry> = {
  pointer: '/spec/revocation/channels',
  entries: (spec) => spec.revocation?.channels ?? [],
  nameOf: ({ type, endpoint }) => (endpoint === undefined ? type : `${type} ${endpoint}`),
};

const DRILLS: NamedList<DrillEntry> = {
  pointer: '/spec/drills',
  entries: (spec) => spec.drills ?? [],
  nameOf: ({ drill, environments }) =>
    environments === undefined ? drill : `${drill} in ${[...environments].sort().join(', ')}`,
};

/** Names of all entries in the graph, sorted. */
function namesIn<Entry>(list: NamedList<Entry>, graph: PolicyGraph): readonly string[] {
  const names = graph.nodes.flatMap(({ document }) => list.entries(document.spec).map(list.nameOf));
  return [...new Set(names)].sort();
}

/** The dimension of one member of the entries of one name. The empty member is the entry itself. */
function entryDimension<Entry, Raw, T>(
  list: NamedList<Entry>,
  name: string,
  member: string,
  { pick, interpret, lattice }: EntryMember<Entry, Raw, T>,
): PolicyDimension<T> {
  const path = list.pointer.slice('/spec/'.length).replaceAll('/', '.');
  return {
    path: `${path}[${name}]${member === '' ? '' : `.${member}`}`,
    lattice,
    whenEmpty: null,
    silence: 'holds',
    read: (spec) =>
      list.entries(spec).flatMap((entry, index): readonly Written<T>[] => {
        const raw = list.nameOf(entry) === name ? pick(entry) : undefined;
        if (raw === undefined) return [];
        const value = interpret(raw);
        const pointer = `${list.pointer}/${index}${member === '' ? '' : `/${member}`}`;
        return [{ pointer, raw, meaning: value === null ? null : { value } }];
      }),
  };
}

interface EntryMember<Entry, Raw, T> {
  readonly pick: (entry: Entry) => Raw | undefined;
  readonly interpret: (raw: Raw) => T | null;
  readonly lattice: Lattice<T>;
}

/**
 * Channels of every policy, by node index, sorted by type and endpoint. The same type at the same endpoint is one
 * channel: the shorter interval and propagation win, keys add up, `closed` wins.
 */
export function resolveChannels(graph: PolicyGraph, problems: Problem[]): readonly (readonly EffectiveChannel[])[] {
  const result: EffectiveChannel[][] = graph.nodes.map(() => []);
  for (const name of namesIn(CHANNELS, graph)) {
    const held = <Raw, T>(member: string, of: EntryMember<ChannelEntry, Raw, T>) =>
      accumulate(entryDimension(CHANNELS, name, member, of), graph, problems);
    const declared = held('', { pick: ({ type }) => type, interpret: asIs, lattice: exactly<ChannelType>() });
    const endpoint = held('endpoint', { pick: (entry) => entry.endpoint, interpret: asIs, lattice: exactly<string>() });
    const keys = held('keys', { pick: (entry) => entry.keys, interpret: asIs, lattice: union<ChannelKey>() });
    const poll = held('poll_interval', {
      pick: (entry) => entry.poll_interval,
      interpret: asMillis,
      lattice: atMost<Millis>(),
    });
    const reach = held('max_propagation', {
      pick: (entry) => entry.max_propagation,
      interpret: asMillis,
      lattice: atMost<Millis>(),
    });
    const failMode = held('fail_mode', {
      pick: (entry) => entry.fail_mode,
      interpret: asIs,
      lattice: strictest<'closed' | 'open'>(['closed', 'open']),
    });
    for (const { index } of graph.nodes) {
      const entry = declared[index];
      if (entry === undefined) continue;
      result[index]?.push({
        type: entry.value,
        endpoint: endpoint[index]?.value ?? null,
        keys: keys[index]?.value ?? CHANNEL_KEYS[entry.value],
        pollInterval: written(poll[index]),
        maxPropagation: written(reach[index]),
        failMode: written(failMode[index]) ?? defaulted('closed', `${DEFAULTS_PAGE} (fail_mode)`),
        at: entry.binding.at,
      });
    }
  }
  return result;
}

function written<T>(
  held: { readonly value: T; readonly binding: { readonly at: Fact<T>['at'] } } | undefined,
): Fact<T> | null {
  return held === undefined || held.binding.at === null ? null : explicit(held.value, held.binding.at);
}

/** Drills of every policy, by node index, sorted by name: the shorter `every` wins for the same drill and environments. */
export function resolveDrills(graph: PolicyGraph, problems: Problem[]): readonly EffectivePolicy['drills'][] {
  const result: { readonly drill: string; readonly every: Millis; readonly at: EffectiveChannel['at'] }[][] =
    graph.nodes.map(() => []);
  for (const name of namesIn(DRILLS, graph)) {
    const member = <T>(
      path: string,
      pick: (entry: DrillEntry) => string,
      interpret: (raw: string) => T | null,
      lattice: Lattice<T>,
    ) => accumulate(entryDimension(DRILLS, name, path, { pick, interpret, lattice }), graph, problems);
    const drills = member('drill', (entry) => entry.drill, asIs, exactly<string>());
    const every = member('every', (entry) => entry.every, asMillis, atMost<Millis>());
    for (const { index } of graph.nodes) {
      const drill = drills[index];
      const cadence = every[index];
      if (drill === undefined || cadence === undefined) continue;
      result[index]?.push({ drill: drill.value, every: cadence.value, at: cadence.binding.at });
    }
  }
  return result;
}
