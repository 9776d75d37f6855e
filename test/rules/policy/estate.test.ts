import { describe, expect, it } from 'vitest';
import { estateFiles, linted } from '../linted.ts';

/** One objective; the others are out of reach, so that only this one is judged. */
const OBJECTIVE = (scenario: string, max: string): string => {
  const others = ['signing_key', 'access_token'].filter((name) => name !== scenario);
  const far = others.map((name) => `, ${name}: { max: 999d }`).join('');
  return `revocation: { objectives: { ${scenario}: { max: ${max} }${far} } }`;
};
const JOSE = 'library: { name: jose, version: 6.2.18 }';
const ISSUER = 'time_to_act: 1m\nreplica_convergence: 5s\njwks_http: { max_age: 0s }\naccess_token_lifetime: 15m';
const DENYLIST = (keys: string): string => `- { name: list, type: denylist, keys: [${keys}], store_lag: 0s }`;
const USE =
  'channels:\n  - { use: list, poll_interval: 10s, negative_cache: 0s, fetch_timeout: 2s, fail_mode: closed }';

describe('policy/slo-unsatisfiable', () => {
  const rule = 'policy/slo-unsatisfiable';
  // 1m to act + 5s replicas + 5m cache + 5s fetch
  const verifier = `${JOSE}\nsettings: { key_cache_ttl: 5m, fetch_timeout: 5s }`;

  it.each([
    ['370s', 0],
    ['369s', 1],
  ])('judges an objective of %s by the exact sum', (max, count) => {
    expect(linted(rule, estateFiles({ spec: OBJECTIVE('signing_key', max), verifier }))).toHaveLength(count);
  });

  it('prints the addends, largest first, each with its place', () => {
    const found = linted(rule, estateFiles({ spec: OBJECTIVE('signing_key', '2m'), verifier }));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^inventory\.yaml:22:34 error verifier "api" can accept a leaked signing key for 6m10s, /);
    expect(found[0]).toContain('objective 2m (policy.yaml:5:51)');
    const order = ['5m (inventory.yaml:22:', '1m (inventory.yaml:', '5s (inventory.yaml:'].map((text) =>
      (found[0] ?? '').indexOf(text),
    );
    expect(order.every((position) => position >= 0)).toBe(true);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it('warns only where the objective is nobody’s promise but a default', () => {
    const found = linted(
      rule,
      estateFiles({
        spec: 'enforcement: enforce',
        verifier: `${JOSE}\nsettings: { key_cache_ttl: 1h, fetch_timeout: 5s }`,
      }),
    );
    expect(found.map((line) => line.split(' ')[1])).toEqual(['warning', 'warning']);
  });

  it('says nothing of a verifier that is held to no policy', () => {
    const files = estateFiles({ spec: OBJECTIVE('signing_key', '1s'), verifier });
    const free = { ...files, 'inventory.yaml': (files['inventory.yaml'] ?? '').replace('      policy: orders\n', '') };
    expect(linted(rule, free)).toEqual([]);
  });
});

describe('policy/slo-unbounded', () => {
  const rule = 'policy/slo-unbounded';
  const spec = OBJECTIVE('signing_key', '10m');

  it('names verifier, library, and what would bound it, at the line of the library', () => {
    const [found] = linted(rule, estateFiles({ spec, verifier: 'library: { name: aws-jwt-verify, version: 5.2.1 }' }));
    expect(found).toMatch(/^inventory\.yaml:21:\d+ error nothing limits how long verifier "api" accepts/);
    expect(found).toContain('aws-jwt-verify 5.2.1');
    expect(found).toContain('it would be bounded by');
  });

  it('falls silent when a channel can name the key', () => {
    const verifier = `library: { name: aws-jwt-verify, version: 5.2.1 }\n${USE}`;
    expect(linted(rule, estateFiles({ spec, verifier, channels: DENYLIST('kid') }))).toEqual([]);
    expect(linted(rule, estateFiles({ spec, verifier, channels: DENYLIST('jti') }))).toHaveLength(1);
  });

  it('speaks of a cache that somebody made endless, at that setting', () => {
    const verifier = `${JOSE}\nsettings: { key_cache_ttl: unbounded, fetch_timeout: 5s }`;
    expect(linted(rule, estateFiles({ spec, verifier }))[0]).toMatch(/^inventory\.yaml:22:34 error /);
  });

  it('tells one cause once for the scenarios that nobody promised anything for, and once for each that somebody did', () => {
    // Kong's jwt plugin looks at exp only where it is told to, so four kinds of leak have no end for one reason.
    const verifier = 'library: { name: kong-jwt, version: 3.9.0 }\nsettings: { deploy_time: 1m }';
    const found = linted(rule, estateFiles({ spec, verifier }));
    expect(found.map((line) => /accepts ([^,]+),/.exec(line)?.[1])).toEqual([
      'a leaked access token',
      'a leaked refresh token',
    ]);
    const checked = `${verifier.slice(0, -1)}, verifies_exp: true }`;
    expect(linted(rule, estateFiles({ spec, verifier: checked }))).toEqual([]);
  });
});

describe('policy/slo-unknown', () => {
  const rule = 'policy/slo-unknown';
  const spec = OBJECTIVE('signing_key', '10m');

  it.each([
    { name: 'no library', verifier: 'owner: "@api"', why: 'no library is declared' },
    {
      name: 'a library nobody looked at',
      verifier: 'library: { name: homemade, version: 1.0.0 }',
      why: 'nothing is known of "homemade"',
    },
    {
      name: 'a major version nobody looked at',
      verifier: 'library: { name: jose, version: 99.0.0 }',
      why: 'jose 99.0.0',
    },
  ])('warns and says why: $name', ({ verifier, why }) => {
    const found = linted(rule, estateFiles({ spec, verifier }));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^inventory\.yaml:\d+:\d+ warning /);
    expect(found[0]).toContain(why);
  });

  it('never counts what the issuer does not declare as zero', () => {
    const found = linted(rule, estateFiles({ spec, verifier: JOSE, issuer: 'access_token_lifetime: 15m' }));
    expect(found).toHaveLength(1);
    expect(
      linted('policy/slo-unsatisfiable', estateFiles({ spec, verifier: JOSE, issuer: 'access_token_lifetime: 15m' })),
    ).toEqual([]);
  });
});

describe('policy/channel-uncovered', () => {
  const rule = 'policy/channel-uncovered';
  const spec = OBJECTIVE('access_token', '2m');

  it('fires for a verifier without a channel when expiry misses the objective', () => {
    expect(linted(rule, estateFiles({ spec, verifier: JOSE }))).toHaveLength(1);
  });

  it('is silent when expiry alone meets it', () => {
    expect(linted(rule, estateFiles({ spec: OBJECTIVE('access_token', '20m'), verifier: JOSE }))).toEqual([]);
  });

  it.each([
    ['jti', 0],
    ['sub', 0],
    ['kid', 1],
  ])('asks whether the channel can name a token: by %s', (keys, count) => {
    expect(linted(rule, estateFiles({ spec, verifier: `${JOSE}\n${USE}`, channels: DENYLIST(keys) }))).toHaveLength(
      count,
    );
  });

  it('does not take a channel that the verifier does not use for one', () => {
    expect(linted(rule, estateFiles({ spec, verifier: JOSE, channels: DENYLIST('jti') }))).toHaveLength(1);
  });

  it('knows that a denylist of token ids does not end what a stolen refresh token goes on minting', () => {
    const refresh = OBJECTIVE('refresh_token', '2m');
    expect(
      linted(rule, estateFiles({ spec: refresh, verifier: `${JOSE}\n${USE}`, channels: DENYLIST('jti') })),
    ).toHaveLength(1);
    expect(
      linted(rule, estateFiles({ spec: refresh, verifier: `${JOSE}\n${USE}`, channels: DENYLIST('sid') })),
    ).toEqual([]);
  });
});

describe('policy/refresh-unbounded', () => {
  it.each([
    ['unbounded', 1],
    ['14d', 0],
  ])('judges absolute_lifetime: %s', (lifetime, count) => {
    const issuer = `${ISSUER}\nrefresh_token: { absolute_lifetime: ${lifetime} }`;
    expect(
      linted('policy/refresh-unbounded', estateFiles({ spec: 'enforcement: enforce', verifier: JOSE, issuer })),
    ).toHaveLength(count);
  });
});
