import type { ConfigFact, VerifierConfig } from '../model/config.ts';
import { API_VERSION } from '../model/document.ts';
import type { ChannelKey } from '../model/policy.ts';
import type { Bound } from '../model/quantity.ts';
import { showBound } from '../model/quantity.ts';
import { CHANNEL_KEYS } from '../policy/schema/vocabulary.ts';
import { audiencesOf, algorithmsOf, capped, endpointOf, jwksUriOf, saidBy, silence } from './derive.ts';
import type { IssuerGroup } from './issuer-groups.ts';
import { placed } from './provenance.ts';
import { RECOMMENDED } from './recommended.ts';
import type { Lines } from './yaml-lines.ts';
import { block, comment, entry, item } from './yaml-lines.ts';

/** A first TokenPolicy for one issuer: recommended limits, and what is configured where that is tighter. */
export function policyLines(group: IssuerGroup, owner: string): Lines {
  return [
    entry('apiVersion', API_VERSION),
    entry('kind', 'TokenPolicy'),
    entry('metadata', { name: group.name, owner }),
    ...block('spec', [
      ...block('issuers', item(issuerLines(group))),
      ...block('tokens', [
        ...block('access_token', accessTokenLines(group)),
        ...block('refresh_token', refreshTokenLines(group)),
      ]),
      ...block('keys', keyLines(group)),
      ...block('jwks_cache', [cacheLine(group)]),
      ...block('revocation', [
        comment('The promise: from "we know" to "nobody accepts it any more". These are recommendations.'),
        ...block('objectives', [
          entry('signing_key', { max: '20m' }),
          entry('access_token', { max: '15m' }),
          entry('refresh_token', { max: '20m' }),
        ]),
        ...channelLines(group),
      ]),
    ]),
  ];
}

function issuerLines(group: IssuerGroup): Lines {
  const jwksUri = jwksUriOf(group);
  return [entry('issuer', group.issuer, group.issuerNote), entry('jwks_uri', jwksUri.value, jwksUri.note)];
}

function accessTokenLines(group: IssuerGroup): Lines {
  const audiences = audiencesOf(group);
  const lifetimes = [
    ...saidBy(group.configs, 'accessTokenLifetime', ({ facts }) => facts.accessTokenLifetime),
    ...saidBy(group.clients, 'accessTokenLifetime', ({ facts }) => facts.accessTokenLifetime),
  ];
  const lifetime = capped(
    lifetimes,
    RECOMMENDED.accessLifetime,
    silence(group.configs, 'accessTokenLifetime', ({ facts }) => facts.accessTokenLifetime),
  );
  const skew = capped(
    saidBy(group.verifiers, 'leeway', ({ facts }) => facts.leeway),
    RECOMMENDED.clockSkew,
    silence(group.verifiers, 'leeway', ({ facts }) => facts.leeway),
  );
  return [
    entry('typ', ['at+jwt'], 'not visible in any source: the default holds (RFC 9068 section 2.1)'),
    ...algorithmLines(group),
    entry('audiences', audiences.value, audiences.note),
    ...block('lifetime', [entry('max', lifetime.value, lifetime.note)]),
    ...block('clock_skew', [entry('max', skew.value, skew.note)]),
    entry(
      'required_claims',
      ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti'],
      'not visible in any source: the default holds (RFC 9068 section 2.2)',
    ),
  ];
}

function algorithmLines(group: IssuerGroup): Lines {
  const { safe, unsafe } = algorithmsOf(group);
  const sources = [...new Set(safe.map(({ source }) => source))].slice(0, 3).join(', ');
  return [
    ...(unsafe.length === 0 ? [] : [comment(`Left out, though offered or accepted somewhere: ${unsafe.join(', ')}`)]),
    safe.length > 0
      ? entry(
          'algorithms',
          safe.map(({ value }) => value),
          sources,
        )
      : entry('algorithms', RECOMMENDED.algorithms, 'not visible in any source: what is recommended holds'),
  ];
}

function refreshTokenLines({ configs, clients }: IssuerGroup): Lines {
  const lifetimeOf = (name: 'refreshTokenIdle' | 'refreshTokenLifetime'): Parameters<typeof capped>[0] => [
    ...saidBy(configs, name, ({ facts }) => facts[name]),
    ...saidBy(clients, name, ({ facts }) => facts[name]),
  ];
  const missing = (name: 'refreshTokenIdle' | 'refreshTokenLifetime'): string =>
    silence(configs, name, ({ facts }) => facts[name]);
  const idle = capped(lifetimeOf('refreshTokenIdle'), RECOMMENDED.refreshLifetime, missing('refreshTokenIdle'));
  const absolute = capped(
    lifetimeOf('refreshTokenLifetime'),
    RECOMMENDED.refreshAbsolute,
    missing('refreshTokenLifetime'),
  );
  const [rotation] = saidBy(configs, 'refreshRotation', ({ facts }) => facts.refreshRotation);
  const rotationNote =
    rotation === undefined
      ? 'not visible in any source: what is recommended holds (RFC 9700 section 4.14.2)'
      : `${rotation.source} says ${String(rotation.value)}; RFC 9700 section 4.14.2 recommends this`;
  return [
    entry('format', 'opaque', 'not visible in any source: what is recommended holds'),
    ...block('lifetime', [entry('max', idle.value, idle.note), entry('absolute_max', absolute.value, absolute.note)]),
    entry('rotation', { one_time_use: true, reuse_detection: 'revoke_family' }, rotationNote),
  ];
}

function keyLines({ served, configs }: IssuerGroup): Lines {
  const smallest = (served?.keys ?? [])
    .filter(({ modulusBits }) => modulusBits !== null)
    .sort((a, b) => (a.modulusBits ?? 0) - (b.modulusBits ?? 0))[0];
  const size = smallest === undefined ? null : placed(smallest.at, `publishes ${smallest.modulusBits ?? 0} bits`);
  const [interval] = saidBy(configs, 'keyRotationInterval', ({ facts }) => facts.keyRotationInterval);
  const shown =
    interval === undefined
      ? 'not visible in any source: what is recommended holds'
      : `what is recommended; ${interval.source}: ${rotationText(interval.value)}`;
  return [
    entry('min_rsa_bits', RECOMMENDED.minRsaBits, size ?? 'RFC 7518 section 3.3'),
    entry('rotation_interval', '30d', shown),
    entry('pre_publish', '24h'),
    entry('overlap', '30m', 'lifetime.max, clock_skew.max and jwks_cache.max_ttl together, and some more'),
  ];
}

function rotationText(interval: Bound): string {
  return interval === 'unbounded' ? 'keys are never rotated by themselves' : `every ${showBound(interval)}`;
}

function cacheLine({ verifiers }: IssuerGroup): string {
  const ttlOf = ({ facts }: VerifierConfig): ConfigFact<Bound> | undefined => facts.keyCacheTtl;
  const ttl = capped(
    saidBy(verifiers, 'keyCacheTtl', ttlOf),
    RECOMMENDED.keyCacheTtl,
    silence(verifiers, 'keyCacheTtl', ttlOf),
  );
  return entry('max_ttl', ttl.value, ttl.note);
}

/** One way in which a revocation reaches verifiers, as far as sources show it. */
export interface InferredChannel {
  readonly type: 'introspection' | 'backchannel_logout' | 'denylist';
  readonly url: string | null;
  readonly keys: readonly ChannelKey[];
  readonly note: string;
}

/** Channels of an issuer and of the verifiers that trust it. */
export function channelsOf(group: IssuerGroup): readonly InferredChannel[] {
  const { discovery, verifiers } = group;
  const introspection = endpointOf(group, 'introspection_endpoint');
  const logout = discovery?.members['backchannel_logout_supported'] === true;
  const withSession = discovery?.members['backchannel_logout_session_supported'] === true;
  const claims = saidBy(verifiers, 'denylistClaims', ({ facts }) => facts.denylistClaims);
  const keys = CHANNEL_KEYS.filter((key) => claims.some(({ value }) => value.includes(key)));
  return [
    ...(introspection === null
      ? []
      : [{ type: 'introspection' as const, url: introspection.value, keys: [], note: introspection.note }]),
    ...(logout && discovery !== null
      ? [
          {
            type: 'backchannel_logout' as const,
            url: null,
            keys: withSession ? (['sub', 'sid'] as const) : (['sub'] as const),
            note: placed(discovery.locate('backchannel_logout_supported'), 'backchannel_logout_supported'),
          },
        ]
      : []),
    ...(keys.length === 0
      ? []
      : [{ type: 'denylist' as const, url: null, keys, note: claims[0]?.source ?? 'not visible in any source' }]),
  ];
}

function channelLines(group: IssuerGroup): Lines {
  const channels = channelsOf(group);
  if (channels.length === 0)
    return [
      comment(
        'channels: no source shows one, so a leaked token ends by itself only; docs/concepts.md shows what helps',
      ),
    ];
  return block(
    'channels',
    channels.flatMap(({ type, url, keys, note }) =>
      item([
        entry('type', type, note),
        ...(url === null ? [] : [entry('endpoint', url)]),
        ...(keys.length === 0 ? [] : [entry('keys', keys)]),
        entry('fail_mode', 'closed', 'not visible in any source: what is recommended holds'),
      ]),
    ),
  );
}
