import type { IssuerHistory, KeyTimeline } from '../model/history.ts';
import { toTimestamp } from '../model/instant.ts';
import type { Estate } from '../model/finding.ts';
import type { TokenFacts } from '../model/key.ts';
import type { FetchFacts, Observation } from '../model/observation.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import { isForSignatures } from './key-diagnosis.ts';

const DAY = 86_400_000;

/** A past event is told for a month; by then it is reviewed, or it will not be. */
export const FRESH: number = 30 * DAY;

/** The newest round; a history has at least one. */
export function newestOf({ observations, file }: IssuerHistory): Observation {
  const newest = observations.at(-1);
  if (newest === undefined) throw new Error(`history ${file} was read without a round`);
  return newest;
}

/** The time a history is judged at: a recording that has ended says nothing about the time since. */
export function asOf(history: IssuerHistory, { now }: Estate): number {
  const { first, last } = newestOf(history);
  return Math.min(now, last ?? first);
}

/** Fetches of the newest round that brought a key set. */
export function goodFetches(history: IssuerHistory): readonly FetchFacts[] {
  return newestOf(history).fetches.filter(({ set }) => set !== null);
}

/** Policies that trust the issuer of a history. */
export function policiesFor({ issuer }: IssuerHistory, { policies }: Estate): readonly EffectivePolicy[] {
  return issuer === null
    ? []
    : policies.filter((policy) => policy.issuers.value.some((each) => each.issuer === issuer));
}

/** Recorded tokens of the issuer of a history. */
export function tokensOf({ issuer }: IssuerHistory, { tokens }: Estate): readonly TokenFacts[] {
  return issuer === null ? [] : tokens.filter(({ claims }) => claims['iss'] === issuer);
}

/** Keys that verify signatures. */
export function signingKeys({ keys }: IssuerHistory): readonly KeyTimeline[] {
  return keys.filter(({ key }) => isForSignatures(key));
}

/** Keys that were there in the newest round that brought any, or are missing for now only. */
export function currentKeys(history: IssuerHistory): readonly KeyTimeline[] {
  return signingKeys(history).filter(({ isRemoved }) => !isRemoved);
}

/** Names a key of a history for people. */
export function nameOfTimeline({ names }: KeyTimeline): string {
  const kid = names.at(-1)?.kid;
  return kid === undefined ? 'a key without a kid' : `key ${JSON.stringify(kid.slice(0, 80))}`;
}

/** Names a key across rounds. */
export function subjectOfTimeline({ names, material }: KeyTimeline): string {
  return names[0] === undefined ? `material ${material.slice(0, 32)}` : `keys[kid=${names[0].kid}]`;
}

/** `2026-06-01` */
export function day(time: number): string {
  return toTimestamp(time).slice(0, 10);
}

/** `2026-06-01 14:05` in UTC */
export function minute(time: number): string {
  return toTimestamp(time).slice(0, 16).replace('T', ' ');
}

/** A span for people: the largest unit that fits, whole days from two days on. */
export function span(ms: number): string {
  const units: readonly (readonly [number, string])[] = [
    [2 * DAY, 'd'],
    [3_600_000, 'h'],
    [60_000, 'm'],
  ];
  const [limit, unit] = units.find(([from]) => ms >= from) ?? [0, 's'];
  const size = unit === 'd' ? DAY : unit === 's' ? 1000 : limit;
  return `${Math.round(ms / size)}${unit}`;
}
