import type { EffectiveChannel, EffectivePolicy, Resolved } from '../model/policy.ts';
import { showBound } from '../model/quantity.ts';
import { policyRows, snakeCase } from './policy-rows.ts';
import { visible } from './visible.ts';

/**
 * A policy as lines that only differ where its meaning does: one value a line, lists sorted with one member a line,
 * durations in one notation, no comments, no positions.
 *
 * @param elsewhere bases whose values are not part of the policy; defaults are left out then, because a base may say
 *   something else
 */
export function policyText(policy: EffectivePolicy, elsewhere: readonly string[]): string {
  const rows = policyRows(policy)
    .filter(({ value }) => elsewhere.length === 0 || value.origin === 'explicit')
    .flatMap(({ path, value }) => rowLines(path, value));
  return [
    `TokenPolicy ${visible(policy.name)}`,
    ...(policy.owner === null ? [] : [`  owner: ${visible(policy.owner)}`]),
    ...elsewhere.map((name) => `  extends ${visible(name)}, of which nothing is shown here`),
    ...scopeLines(policy),
    ...policy.final.map(({ value }) => `  final: ${textOf('', value)}`).sort(),
    ...rows,
    ...policy.channels.map(channelLine).sort(),
    ...policy.drills.map(({ drill, every }) => `  drill ${visible(drill)} every ${showBound(every)}`).sort(),
    '',
  ].join('\n');
}

/** Another document as JSON whose members are sorted. */
export function documentText(kind: string, name: string, spec: unknown): string {
  const lines = JSON.stringify(sorted(spec), null, 2).split('\n');
  return [`${kind} ${visible(name)}`, ...lines.map((line) => `  ${visible(line)}`), ''].join('\n');
}

function scopeLines({ appliesTo }: EffectivePolicy): readonly string[] {
  const { environments, services, routes, labels } = appliesTo;
  return [
    ...Object.entries({ environments, services, routes }).flatMap(([name, value]) =>
      value === 'all' ? [] : listLines(`applies_to.${name}`, value, ''),
    ),
    ...Object.entries(labels)
      .map(([name, value]) => `  applies_to.labels.${visible(name)}: ${visible(value)}`)
      .sort(),
  ];
}

function rowLines(path: string, { value, origin }: Resolved<unknown>): readonly string[] {
  const note = origin === 'explicit' ? '' : ` (${origin})`;
  if (Array.isArray(value)) return listLines(path, value, note);
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([name, member]: [string, unknown]) => rowLines(`${path}.${name}`, resolvedAs(member, origin)));
  }
  return [`  ${visible(path)}: ${textOf(path, value)}${note}`];
}

function resolvedAs(value: unknown, origin: Resolved<unknown>['origin']): Resolved<unknown> {
  return { value, origin, at: null, source: null, contributions: [] };
}

function listLines(path: string, members: readonly unknown[], note: string): readonly string[] {
  if (members.length === 0) return [`  ${visible(path)}: none${note}`];
  return [
    `  ${visible(path)}:${note}`,
    ...members
      .map(
        (member) =>
          `    ${typeof member === 'object' ? visible(JSON.stringify(sorted(inSnakeCase(member)))) : textOf('', member)}`,
      )
      .sort(),
  ];
}

/** Names of fields as documents have them. */
function inSnakeCase(value: object | null): object | null {
  if (value === null) return null;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => [snakeCase(name), member]),
  );
}

/** Paths of numbers that are no durations. */
const COUNTS = /\.min_rsa_bits$/;

function textOf(path: string, value: unknown): string {
  if (typeof value === 'number' && !COUNTS.test(path)) {
    return showBound(value as Parameters<typeof showBound>[0]); // every other number of a policy is a duration
  }
  return visible(typeof value === 'string' ? value : JSON.stringify(value));
}

function channelLine({ type, endpoint, keys, pollInterval, maxPropagation, failMode }: EffectiveChannel): string {
  const parts = [
    `channel ${type}`,
    ...(endpoint === null ? [] : [`at ${endpoint}`]),
    `for ${keys.toSorted().join(', ')}`,
    ...(pollInterval === null ? [] : [`poll ${showBound(pollInterval.value)}`]),
    ...(maxPropagation === null ? [] : [`propagation ${showBound(maxPropagation.value)}`]),
    `fails ${failMode.value}`,
  ];
  return `  ${visible(parts.join(' '))}`;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]: [string, unknown]) => [name, sorted(member)]),
  );
}
