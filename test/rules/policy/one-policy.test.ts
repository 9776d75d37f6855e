import { describe, expect, it } from 'vitest';
import { policyText } from '../../../src/rules/example-documents.ts';
import { linted, lintedChain, severitiesIn } from '../linted.ts';

const token = (members: string): string => `tokens:\n  access_token: { ${members} }`;

describe.each([
  {
    rule: 'policy/alg-none-allowed',
    cases: [
      { name: 'none in full-width letters', spec: token('algorithms: [ES256, "ｎｏｎｅ"]'), says: ['error'] },
      { name: 'none as the only one', spec: token('algorithms: [NONE]'), says: ['error'] },
      { name: 'a name that only contains none', spec: token('algorithms: [ES256, nonesuch]'), says: [] },
      {
        name: 'two classes of tokens, each by itself',
        spec: 'tokens:\n  access_token: { algorithms: [none] }\n  id_token: { algorithms: [none] }',
        says: ['error', 'error'],
      },
    ],
  },
  {
    rule: 'policy/alg-family-mix',
    cases: [
      { name: 'HMAC beside EdDSA', spec: token('algorithms: [HS512, EdDSA]'), says: ['error'] },
      {
        name: 'HMAC in one class and ECDSA in another',
        spec: 'tokens:\n  access_token: { algorithms: [ES256] }\n  assertion: { algorithms: [HS256] }',
        says: [],
      },
      { name: 'HMAC beside none, which has a rule of its own', spec: token('algorithms: [HS256, none]'), says: [] },
      { name: 'a class that is not used', spec: token('present: false, algorithms: [HS256, RS256]'), says: [] },
    ],
  },
  {
    rule: 'policy/alg-unregistered',
    cases: [
      { name: 'a registered name in other case', spec: token('algorithms: [es256]'), says: ['error'] },
      { name: 'ES521, which is a curve and no algorithm', spec: token('algorithms: [ES521]'), says: ['error'] },
      { name: 'Ed25519 of RFC 9864', spec: token('algorithms: [Ed25519]'), says: [] },
      { name: 'none, which has a rule of its own', spec: token('algorithms: [none]'), says: [] },
    ],
  },
  {
    rule: 'policy/alg-allowlist-missing',
    cases: [
      { name: 'a list', spec: token('algorithms: [ES256]'), says: [] },
      { name: 'no list', spec: token('audiences: [a]'), says: ['warning'] },
      { name: 'opaque tokens, which carry no algorithm', spec: token('format: opaque'), says: [] },
      { name: 'a class that is not used', spec: token('present: false'), says: [] },
    ],
  },
  {
    rule: 'policy/audience-missing',
    cases: [
      { name: 'an audience', spec: token('audiences: [https://api.example.com]'), says: [] },
      { name: 'a wildcard inside an audience', spec: token('audiences: ["https://*.example.com"]'), says: ['error'] },
      { name: 'opaque tokens', spec: token('format: opaque'), says: [] },
      {
        name: 'refresh tokens, which only the issuer reads',
        spec: 'tokens:\n  refresh_token: { algorithms: [ES256] }',
        says: [],
      },
    ],
  },
  {
    rule: 'policy/lifetime-over-profile',
    cases: [
      { name: 'an hour', spec: token('lifetime: { max: 1h }'), says: [] },
      { name: 'a millisecond more', spec: token('lifetime: { max: 1h1ms }'), says: ['warning'] },
      { name: 'a day', spec: token('lifetime: { max: 24h }'), says: ['warning'] },
      { name: 'more than a day', spec: token('lifetime: { max: 24h1s }'), says: ['error'] },
    ],
  },
  {
    rule: 'policy/leeway-excessive',
    cases: [
      { name: 'a minute', spec: token('lifetime: { max: 10m }, clock_skew: { max: 60s }'), says: [] },
      { name: 'more than a minute', spec: token('lifetime: { max: 1h }, clock_skew: { max: 61s }'), says: ['warning'] },
      {
        name: 'more than five minutes',
        spec: token('lifetime: { max: 1h }, clock_skew: { max: 301s }'),
        says: ['error'],
      },
      {
        name: 'more than a fifth of the lifetime',
        spec: token('lifetime: { max: 60s }, clock_skew: { max: 13s }'),
        says: ['warning'],
      },
      { name: 'a fifth of the lifetime', spec: token('lifetime: { max: 60s }, clock_skew: { max: 12s }'), says: [] },
    ],
  },
  {
    rule: 'policy/lifetime-over-slo',
    cases: [
      {
        name: 'lifetime and leeway that fill the objective',
        spec: `${token('lifetime: { max: 9m }, clock_skew: { max: 1m }')}\nrevocation: { objectives: { access_token: { max: 10m } } }`,
        says: [],
      },
      {
        name: 'a second more',
        spec: `${token('lifetime: { max: 9m }, clock_skew: { max: 61s }')}\nrevocation: { objectives: { access_token: { max: 10m } } }`,
        says: ['error'],
      },
      { name: 'an objective that holds by default only', spec: token('lifetime: { max: 1h }'), says: ['warning'] },
      {
        name: 'a channel that names the key, which ends no single token',
        spec: `${token('lifetime: { max: 1h }')}\nrevocation: { objectives: { access_token: { max: 10m } }, channels: [{ type: denylist, keys: [kid] }] }`,
        says: ['error'],
      },
      {
        name: 'a channel that names sessions',
        spec: `${token('lifetime: { max: 1h }')}\nrevocation: { objectives: { access_token: { max: 10m } }, channels: [{ type: denylist, keys: [sid] }] }`,
        says: [],
      },
      {
        name: 'removal of keys as the only channel',
        spec: `${token('lifetime: { max: 1h }')}\nrevocation: { objectives: { access_token: { max: 10m } }, channels: [{ type: jwks_removal }] }`,
        says: ['error'],
      },
    ],
  },
  {
    rule: 'policy/overlap-too-short',
    cases: [
      {
        name: 'an overlap of lifetime, leeway and a second of clock error',
        spec: `${token('lifetime: { max: 10m }, clock_skew: { max: 30s }')}\nkeys: { overlap: 631s }`,
        says: [],
      },
      {
        name: 'a second less',
        spec: `${token('lifetime: { max: 10m }, clock_skew: { max: 30s }')}\nkeys: { overlap: 630s }`,
        says: ['error'],
      },
      { name: 'no overlap written, which then follows the lifetime', spec: token('lifetime: { max: 10h }'), says: [] },
      {
        name: 'a class that is not used',
        spec: 'tokens:\n  access_token: { lifetime: { max: 5m } }\n  id_token: { present: false, lifetime: { max: 10h } }\nkeys: { overlap: 30m }',
        says: [],
      },
    ],
  },
  {
    rule: 'policy/prepublish-too-short',
    cases: [
      {
        name: 'as long as caches hold',
        spec: 'jwks_cache: { max_ttl: 10m, max_stale: 5m }\nkeys: { pre_publish: 15m }',
        says: [],
      },
      {
        name: 'shorter',
        spec: 'jwks_cache: { max_ttl: 10m, max_stale: 5m }\nkeys: { pre_publish: 14m }',
        says: ['error'],
      },
      { name: 'caches that hold longer than the default', spec: 'jwks_cache: { max_ttl: 48h }', says: ['error'] },
    ],
  },
  {
    rule: 'policy/issuer-not-https',
    cases: [
      { name: 'https', spec: 'issuers: [{ issuer: https://id.example.com/realms/a }]', says: [] },
      { name: 'http', spec: 'issuers: [{ issuer: http://id.example.com }]', says: ['error'] },
      { name: 'http on the machine itself', spec: 'issuers: [{ issuer: "http://localhost:8080" }]', says: ['info'] },
      {
        name: 'http at a host that only looks like the machine itself',
        spec: 'issuers: [{ issuer: "http://127.example.com" }]',
        says: ['error'],
      },
      { name: 'a query', spec: 'issuers: [{ issuer: "https://id.example.com/?a=b" }]', says: ['error'] },
      { name: 'an empty fragment', spec: 'issuers: [{ issuer: "https://id.example.com/#" }]', says: ['error'] },
      { name: 'a wildcard', spec: 'issuers: [{ issuer: "https://*.example.com" }]', says: ['error'] },
      { name: 'user information', spec: 'issuers: [{ issuer: "https://a@id.example.com" }]', says: ['error'] },
    ],
  },
  {
    rule: 'policy/slo-missing',
    cases: [
      {
        name: 'all that can leak',
        spec: `${token('algorithms: [ES256]')}\nrevocation: { objectives: { signing_key: { max: 10m }, access_token: { max: 10m } } }`,
        says: [],
      },
      {
        name: 'one of them only',
        spec: `${token('algorithms: [ES256]')}\nrevocation: { objectives: { signing_key: { max: 10m } } }`,
        says: ['warning'],
      },
      {
        name: 'a secret instead of keys',
        spec: `${token('algorithms: [HS256]')}\nrevocation: { objectives: { signing_key: { max: 10m }, access_token: { max: 10m } } }`,
        says: ['warning'],
      },
    ],
  },
  {
    rule: 'policy/channel-field-missing',
    cases: [
      {
        name: 'a claim that tokens must carry',
        spec: `${token('required_claims: [iss, jti]')}\nrevocation: { channels: [{ type: denylist, keys: [jti] }] }`,
        says: [],
      },
      {
        name: 'a claim that they need not carry',
        spec: `${token('required_claims: [iss, exp]')}\nrevocation: { channels: [{ type: denylist, keys: [jti] }] }`,
        says: ['error'],
      },
      {
        name: 'a claim that they need not carry, beside the key, which names many tokens at once',
        spec: `${token('required_claims: [iss, exp]')}\nrevocation: { channels: [{ type: denylist, keys: [jti, kid] }] }`,
        says: ['error'],
      },
      {
        name: 'a list of keys only',
        spec: `${token('required_claims: [iss, exp]')}\nrevocation: { channels: [{ type: denylist, keys: [kid] }] }`,
        says: [],
      },
      {
        name: 'introspection, which asks about the token itself',
        spec: `${token('required_claims: [iss]')}\nrevocation: { channels: [{ type: introspection }] }`,
        says: [],
      },
    ],
  },
  {
    rule: 'policy/fail-open',
    cases: [
      {
        name: 'closed',
        spec: 'revocation: { channels: [{ type: denylist, keys: [jti], fail_mode: closed }] }',
        says: [],
      },
      {
        name: 'open for tokens',
        spec: 'revocation: { channels: [{ type: denylist, keys: [jti], fail_mode: open }] }',
        says: ['warning'],
      },
      {
        name: 'open for keys',
        spec: 'revocation: { channels: [{ type: denylist, keys: [jti, kid], fail_mode: open }] }',
        says: ['error'],
      },
    ],
  },
  {
    rule: 'policy/refresh-public-unprotected',
    cases: [
      { name: 'rotation', spec: 'tokens:\n  refresh_token: { rotation: { one_time_use: true } }', says: [] },
      {
        name: 'neither rotation nor binding',
        spec: 'tokens:\n  refresh_token: { rotation: { one_time_use: false } }',
        says: ['error'],
      },
      {
        name: 'binding instead of rotation',
        spec: 'tokens:\n  refresh_token: { rotation: { one_time_use: false }, binding: { accept: [dpop] } }',
        says: [],
      },
    ],
  },
])('$rule', ({ rule, cases }) => {
  it.each(cases)('judges $name', ({ spec, says }) => {
    expect(severitiesIn(rule, spec)).toEqual(says);
  });
});

describe('a policy that others extend', () => {
  it.each(['policy/alg-allowlist-missing', 'policy/audience-missing', 'policy/slo-missing', 'policy/rotation-missing'])(
    'is not asked for what they fill: %s',
    (rule) => {
      const leaf = `extends: [base]
tokens: { access_token: { algorithms: [ES256], audiences: [https://api.example.com] } }
keys: { rotation_interval: 30d }
revocation: { objectives: { signing_key: { max: 10m }, access_token: { max: 10m } } }`;
      expect(lintedChain(rule, 'tokens: { access_token: { typ: [at+jwt] } }', leaf)).toEqual([]);
    },
  );

  it('is told of its own faults once, not again in what extends it', () => {
    const base = 'tokens: { access_token: { algorithms: [HS256, RS256], lifetime: { max: 8h } } }';
    expect(lintedChain('policy/alg-family-mix', base, 'extends: [base]')).toHaveLength(1);
    expect(lintedChain('policy/alg-family-mix', base, 'extends: [base]')[0]).toMatch(/^base\.yaml:/);
    expect(lintedChain('policy/lifetime-over-profile', base, 'extends: [base]')).toHaveLength(1);
  });

  it('keeps the fault of a base in its own file when a leaf corrects it for itself', () => {
    const found = lintedChain(
      'policy/alg-none-allowed',
      'tokens: { access_token: { algorithms: [ES256, none] } }',
      'extends: [base]\ntokens: { access_token: { algorithms: [ES256] } }',
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^base\.yaml:5:\d+ error /);
  });

  it('may break the inequality only together with its leaf, and the leaf is told', () => {
    const found = lintedChain(
      'policy/overlap-too-short',
      'tokens: { access_token: { lifetime: { max: 10m }, clock_skew: { max: 30s } } }\nkeys: { overlap: 30m }',
      'extends: [base]\nkeys: { overlap: 5m }',
    );
    expect(found.every((line) => line.startsWith('leaf.yaml:'))).toBe(true);
  });
});

describe('messages', () => {
  it('name value, limit and place', () => {
    const files = {
      'p.yaml': policyText(
        'orders',
        `${token('lifetime: { max: 1h }, clock_skew: { max: 30s }')}\nrevocation: { objectives: { access_token: { max: 5m } } }`,
      ),
    };
    expect(linted('policy/lifetime-over-slo', files)).toEqual([
      'p.yaml:6:38 error policy "orders" lets a leaked access token work for 1h + 30s leeway, the objective is 5m, and no channel of the policy ends it',
    ]);
  });

  it('say where a default stands in for what nobody wrote', () => {
    expect(
      linted('policy/lifetime-over-slo', { 'p.yaml': policyText('orders', token('algorithms: [ES256]')) }),
    ).toEqual([
      'p.yaml:3:19 warning policy "orders" lets a leaked access token work for 15m by default + 1m leeway by default, the objective is 5m by default, and no channel of the policy ends it',
    ]);
  });
});
