/** Every field that promises something and lets no token in or out: objectives, rotation, caches, channels, drills. */
import type { Fact } from '../model/fact.ts';
import { explicit } from '../model/fact.ts';
import type { EffectiveChannel, EffectivePolicy } from '../model/policy.ts';
import { SCENARIOS, TOKEN_CLASSES } from '../model/policy.ts';
import type { Bound, Millis } from '../model/quantity.ts';
import { showBound } from '../model/quantity.ts';
import { exactly, intersection, strictest, union } from '../policy/meet.ts';
import { AT_MOST, chain, flag } from './acceptance-fields.ts';
import type { FieldChange, FieldKind, PolicyField } from './field-change.ts';
import { promiseField } from './field-change.ts';
import { required } from '../policy/meet-field.ts';

const LONGER_IS_STRICTER: FieldKind<Millis> = {
  lattice: {
    meet: (a, b) => (b > a ? b : a),
    equals: (a, b) => a === b,
    conflict: () => null,
  },
  show: showBound,
};

const FIXED: readonly PolicyField[] = [
  promiseField('enforcement', (policy) => policy.enforcement, chain('enforce', 'warn', 'off')),
  ...SCENARIOS.flatMap((scenario) => [
    promiseField<Bound>(
      `revocation.objectives.${scenario}.max`,
      ({ objectives }) => objectives[scenario]?.max ?? null,
      AT_MOST,
    ),
    promiseField(
      `revocation.objectives.${scenario}.of`,
      ({ objectives, at }) => {
        const of = objectives[scenario]?.of;
        return of === undefined ? null : explicit(of, objectives[scenario]?.max.at ?? at);
      },
      { lattice: strictest<'replicas' | 'routes'>(['replicas', 'routes']), show: (value) => value },
    ),
  ]),
  promiseField<Bound>('keys.max_age', ({ keys }) => keys.maxAge, AT_MOST),
  promiseField<Bound>('keys.rotation_interval', ({ keys }) => keys.rotationInterval, AT_MOST),
  promiseField('keys.pre_publish', ({ keys }) => keys.prePublish, LONGER_IS_STRICTER),
  promiseField<Bound>('keys.overlap', ({ keys }) => keys.overlap, AT_MOST),
  promiseField<Bound>('jwks_cache.max_ttl', ({ jwksCache }) => jwksCache.maxTtl, AT_MOST),
  promiseField<Bound>('jwks_cache.max_stale', ({ jwksCache }) => jwksCache.maxStale, AT_MOST),
  promiseField<Bound>('jwks_cache.min_refresh_interval', ({ jwksCache }) => jwksCache.minRefreshInterval, AT_MOST),
  promiseField(
    'jwks_cache.refresh_on_unknown_kid',
    ({ jwksCache }) => jwksCache.refreshOnUnknownKid,
    flag({ yes: 'yes', no: 'no' }, required),
  ),
  ...TOKEN_CLASSES.map((tokenClass) =>
    promiseField<readonly string[]>(
      `tokens.${tokenClass}.binding.mtls.ca_bundles`,
      ({ tokens }) => {
        const bundles = tokens[tokenClass]?.mtlsCaBundles;
        return bundles === undefined || bundles.contributions.length === 0 ? null : bundles;
      },
      // Which certificates a file holds is not known here; which files count is.
      {
        lattice: intersection<string>(),
        show: (files) => (files.length === 0 ? 'none' : [...files].sort().join(', ')),
      },
    ),
  ),
];

/** Everything promised that differs. Channels and drills are told apart by their names, so they are found, not listed. */
export function assuranceChanges(before: EffectivePolicy, after: EffectivePolicy): readonly FieldChange[] {
  const fields = [...FIXED, ...channelFields(before, after), ...drillFields(before, after), finalField(before, after)];
  return fields.map((field) => field.compare(before, after)).filter((change) => change !== null);
}

function channelName({ type, endpoint }: EffectiveChannel): string {
  return endpoint === null ? type : `${type} ${endpoint}`;
}

function channelFields(before: EffectivePolicy, after: EffectivePolicy): readonly PolicyField[] {
  const names = new Set([...before.channels, ...after.channels].map(channelName));
  return [...names].sort().flatMap((name) => {
    const of = ({ channels }: EffectivePolicy): EffectiveChannel | null =>
      channels.find((channel) => channelName(channel) === name) ?? null;
    const path = `revocation.channels[${name}]`;
    if (of(before) === null || of(after) === null) return [wholeChannel(path, of)];
    return [
      promiseField(
        `${path}.keys`,
        (policy) => {
          const channel = of(policy);
          return channel === null ? null : explicit<readonly string[]>(channel.keys, channel.at);
        },
        { lattice: union<string>(), show: (keys) => [...keys].sort().join(', ') },
      ),
      promiseField<Bound>(`${path}.poll_interval`, (policy) => of(policy)?.pollInterval ?? null, AT_MOST),
      promiseField<Bound>(`${path}.max_propagation`, (policy) => of(policy)?.maxPropagation ?? null, AT_MOST),
      promiseField(`${path}.fail_mode`, (policy) => of(policy)?.failMode ?? null, chain('closed', 'open')),
    ];
  });
}

/** A channel that comes or goes is one promise, not one for each of its values. */
function wholeChannel(path: string, of: (policy: EffectivePolicy) => EffectiveChannel | null): PolicyField {
  const pick = (policy: EffectivePolicy): Fact<string> | null => {
    const channel = of(policy);
    return channel === null ? null : explicit(channelWords(channel), channel.at);
  };
  return promiseField(path, pick, { lattice: exactly<string>(), show: (words) => words });
}

/** `by jti and sid, every 10s, within 30s, fails closed` */
function channelWords({ keys, pollInterval, maxPropagation, failMode }: EffectiveChannel): string {
  return [
    ...(keys.length === 0 ? [] : [`by ${[...keys].sort().join(' and ')}`]),
    ...(pollInterval === null ? [] : [`every ${showBound(pollInterval.value)}`]),
    ...(maxPropagation === null ? [] : [`within ${showBound(maxPropagation.value)}`]),
    `fails ${failMode.value}`,
  ].join(', ');
}

function drillFields(before: EffectivePolicy, after: EffectivePolicy): readonly PolicyField[] {
  const names = new Set([...before.drills, ...after.drills].map(({ drill }) => drill));
  return [...names].sort().map((name) =>
    promiseField<Bound>(
      `drills[${name}].every`,
      ({ drills }) => {
        // Of several cadences of one drill the shortest is the promise.
        const [shortest] = drills.filter(({ drill }) => drill === name).toSorted((a, b) => a.every - b.every);
        return shortest === undefined ? null : explicit<Bound>(shortest.every, shortest.at);
      },
      AT_MOST,
    ),
  );
}

/** Fields that no waiver may loosen: fewer of them let more waivers in. */
function finalField(before: EffectivePolicy, after: EffectivePolicy): PolicyField {
  const named = [...before.final, ...after.final].length > 0;
  return promiseField(
    'final',
    ({ final, at }) => {
      const fields = [...new Set(final.map(({ value }) => String(value)))];
      return named ? explicit<readonly string[]>(fields, final[0]?.at ?? at) : null;
    },
    { lattice: union<string>(), show: (fields) => (fields.length === 0 ? 'none' : [...fields].sort().join(', ')) },
  );
}
