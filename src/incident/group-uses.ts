import { bytesOfText } from '../logs/byte-table.ts';
import type { ScopeGroup, ScopeGrouping, ScopeUse } from '../model/incident-scope.ts';
import { SCOPE_GROUPS } from '../model/incident-scope.ts';
import type { ValueCounter, ValueCounterState } from './count-values.ts';
import { createValueCounter, widened } from './count-values.ts';
import { createPlaceReader } from './place-bytes.ts';
import type { UseBatch } from './use-batch.ts';
import { BATCH_SIZE } from './use-batch.ts';

export interface UseGroups {
  readonly add: (use: ScopeUse) => void;
  /** Counts the values of many uses that are still bytes. */
  readonly addBatch: (batch: UseBatch, bytes: Uint8Array) => void;
  /** Most used after the leak first. @param hasBefore whether any use is from before the leak */
  readonly result: (hasBefore: boolean) => readonly ScopeGroup[];
  /** Groupings that had more values than are counted. */
  readonly full: () => readonly ScopeGrouping[];
  readonly state: () => UseGroupsState;
  /** Adds what was counted of the next part of the logs. */
  readonly merge: (state: UseGroupsState) => void;
}

/** What was counted so far, as it goes from one thread to another: one entry for each grouping. */
export type UseGroupsState = readonly ValueCounterState[];

/** Values of one grouping that are counted one by one: so many that came up before the leak, so many after it. */
const MAX_VALUES = 10_000;

const BY_IP = SCOPE_GROUPS.indexOf('ip');
const BY_NETWORK = SCOPE_GROUPS.indexOf('network');

/**
 * Counts uses by everything that people ask for, in bounded memory. However many owners there were before the leak, whoever
 * comes up after it has room, and an owner who was not counted is not called new.
 */
export function createUseGroups(maxValues: number = MAX_VALUES): UseGroups {
  const groups = SCOPE_GROUPS.map(() => createValueCounter(maxValues));
  const readPlace = createPlaceReader();
  /** The number of the network of each address that is counted, plus one. */
  let networks = new Int32Array(BATCH_SIZE);
  const found = new Int32Array(BATCH_SIZE);

  /** @param found numbers of the addresses, of which each network is looked up once */
  const addNetworks = (counter: ValueCounter, batch: UseBatch, bytes: Uint8Array): void => {
    const [starts, ends] = [batch.starts[BY_IP], batch.ends[BY_IP]];
    for (let at = 0; at < batch.size; at += 1) {
      const start = starts?.[at] ?? -1;
      if (start === -1) continue;
      const ip = found[at] ?? -1;
      if (ip >= networks.length) networks = widened(networks, new Int32Array(Math.max(networks.length * 2, ip + 1)));
      const when = batch.areBefore[at] === 1 ? 'before' : 'after';
      const use = { time: batch.times[at] ?? NaN, when, uses: batch.counts[at] ?? 0 } as const;
      const known = ip === -1 ? 0 : (networks[ip] ?? 0);
      if (known !== 0) {
        counter.addKnown(known - 1, use);
        continue;
      }
      const { network } = readPlace(bytes, start, ends?.[at] ?? 0);
      const id = network === null ? -1 : counter.add(network, use);
      if (ip !== -1) networks[ip] = id + 1;
    }
  };

  return {
    addBatch: (batch, bytes) => {
      for (const [by, counter] of groups.entries()) {
        if (by === BY_NETWORK) continue;
        counter.addBatch(by, batch, bytes, found);
        const networkCounter = groups[BY_NETWORK];
        if (by === BY_IP && networkCounter !== undefined) addNetworks(networkCounter, batch, bytes);
      }
    },
    add: (use) => {
      const { time, when, count: uses } = use;
      for (const [by, grouping] of SCOPE_GROUPS.entries()) {
        const value = valueOf(grouping, use);
        if (value === null) continue;
        const { bytes, length } = bytesOfText(value);
        groups[by]?.add({ bytes, start: 0, end: length }, { time: time ?? NaN, when, uses });
      }
    },
    result: (hasBefore) => SCOPE_GROUPS.flatMap((by, index) => groups[index]?.result(by, hasBefore) ?? []),
    full: () => SCOPE_GROUPS.filter((_, index) => groups[index]?.isFull()),
    state: () => groups.map((counter) => counter.state()),
    merge: (state) => {
      for (const [index, part] of state.entries()) groups[index]?.merge(part);
    },
  };
}

function valueOf(by: ScopeGrouping, use: ScopeUse): string | null {
  switch (by) {
    case 'ip':
      return use.ip;
    case 'network':
      return use.network;
    case 'user_agent':
      return use.userAgent;
    case 'route':
      return use.route;
    case 'target':
      return use.target;
    case 'verifier':
      return use.verifier;
    case 'client':
      return use.clientId;
    case 'subject':
      return use.sub;
    case 'token':
      return tokenOf(use);
  }
}

/** What a token is known by: its id, else its hash. */
export function tokenOf({ jti, tokenHash }: Pick<ScopeUse, 'jti' | 'tokenHash'>): string | null {
  return jti ?? (tokenHash === null ? null : `sha256:${tokenHash}`);
}
