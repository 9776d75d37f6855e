import { describe, expect, it } from 'vitest';
import { createIssuedTokens } from '../../src/incident/issued.ts';
import { readLogMapping } from '../../src/logs/mapping.ts';
import type { Leaked } from '../../src/model/incident.ts';
import type { SignalKind } from '../../src/model/incident-scope.ts';
import { millis } from '../../src/model/quantity.ts';
import { UNKNOWN_USE } from '../../src/model/recorded-use.ts';
import type { LogText, Told } from './logs.ts';
import { LEAK, WRITERS, incidentOf, logOf, placesOf, scopeOf } from './logs.ts';

const KEY: Leaked = { kind: 'kid', value: 'main-1' };

const NO_CLAIMS = { iss: null, sub: null, aud: [], jti: null, sid: null, clientId: null, iat: null, exp: null };
const HASH = 'a1b2c3d4e5f6'.padEnd(64, '0');
const IAT = LEAK / 1000 - 7200;

function token(
  claims:
    | Partial<typeof NO_CLAIMS>
    | {
        readonly jti?: string;
        readonly sid?: string;
        readonly sub?: string;
        readonly iat?: number;
        readonly exp?: number;
      },
): Leaked {
  return { kind: 'token', sha256: HASH, alg: 'ES256', kid: 'main-1', claims: { ...NO_CLAIMS, ...claims } };
}

const BYSTANDERS: readonly Told[] = Array.from({ length: 25 }, (_, index) => ({
  at: index * 200 - 2500,
  kid: 'main-2',
  jti: `other-${index}`,
  sid: `other-${index}`,
  sub: `v-${index}`,
  client: 'batch',
}));

/** The owner before and after the leak, and the attacker from another network with another program. */
const OWNER: readonly Told[] = [
  { at: -600, kid: 'main-1', jti: 'j-1', sid: 's-1', client: 'shop' },
  { at: 5, kid: 'main-1', jti: 'j-1', sid: 's-1', client: 'shop' },
];
const ATTACKER: readonly Told[] = [
  {
    at: 30,
    kid: 'main-1',
    jti: 'j-1',
    sid: 's-1',
    client: 'shop',
    ip: '198.51.100.9',
    agent: 'curl/8.5',
    path: '/admin',
  },
];

const PLANTED = [...BYSTANDERS.slice(0, 12), ...OWNER, ...BYSTANDERS.slice(12), ...ATTACKER];
const EXPECTED = [13, 14, 28];

const MAPPING = readLogMapping(
  'map.yaml',
  `fields:
  ts: { at: $.when, unit: milliseconds }
  route: $.http.path
  ip: $.peer
  user_agent: $.http.agent
  header: /token/header
  claims: /token/payload
`,
).format;

function mappedLog(told: readonly Told[]): LogText {
  const lines = told.map((each) => {
    const line = WRITERS['haproxy']?.(each) as Record<string, string>;
    return JSON.stringify({
      when: line['accept_date'],
      http: { path: line['path'], agent: line['user_agent'] },
      peer: line['client_ip'],
      token: {
        header: JSON.parse(line['jwt_header'] ?? '') as unknown,
        payload: JSON.parse(line['jwt_payload'] ?? '') as unknown,
      },
    });
  });
  return { file: 'own.log', text: `${lines.join('\n')}\n`, ...(MAPPING === null ? {} : { format: MAPPING }) };
}

const LOGS: Readonly<Record<string, LogText>> = {
  ...Object.fromEntries(Object.keys(WRITERS).map((format) => [format, logOf(format, PLANTED)])),
  'one of its own': mappedLog(PLANTED),
};

const LEAKS: readonly (readonly [string, Leaked])[] = [
  ['a key', KEY],
  ['a token with a jti', token({ jti: 'j-1' })],
  ['a token without a jti and a hash', token({ sub: 'u-1', iat: IAT, exp: IAT + 3600 })],
  ['a client', { kind: 'client_id', value: 'shop' }],
  ['a session', { kind: 'sid', value: 's-1' }],
];

describe('the scope of an incident', () => {
  it.for(Object.keys(LOGS).flatMap((format) => LEAKS.map(([name, leaked]) => ({ format, name, leaked }))))(
    'finds every use of $name in a log of $format, and no other',
    ({ format, leaked }) => {
      const log = LOGS[format];
      if (log === undefined) throw new Error('no log');
      const result = scopeOf(incidentOf(leaked), [log]);
      if (format === 'istio' && leaked.kind === 'kid') {
        expect(result).toMatchObject({ isAnswered: false, uses: [], totals: { uses: 0 } });
        expect(result.unanswerable[0]).toMatchObject({
          question: 'whether the leaked credential was used at all',
          why: 'no line says kid',
          files: ['istio.log'],
        });
        return;
      }
      expect(placesOf(result)).toEqual(EXPECTED.map((line) => `${log.file}:${line}`));
      expect(result).toMatchObject({
        isAnswered: true,
        totals: { uses: 3, before: 1, after: 2, derived: 0, firstAfter: LEAK + 5000, last: LEAK + 30_000 },
      });
      const kinds = result.signals.map(({ kind }) => kind);
      expect(kinds).toEqual(expect.arrayContaining(['impossible_use', 'new_network', 'new_user_agent']));
      expect(result.groups.filter(({ isNew }) => isNew).map(({ by, value }) => `${by} ${value}`)).toEqual(
        expect.arrayContaining(['ip 198.51.100.9', 'network 198.51.100.0/24', 'user_agent curl/8.5', 'route /admin']),
      );
    },
  );

  it('follows the ids of a key into logs that do not write keys', () => {
    const logs = [logOf('envoy', OWNER), logOf('istio', [...ATTACKER, { at: 40, jti: 'j-9' }])];
    const result = scopeOf(incidentOf(KEY), logs);
    expect(result.uses.map(({ file, link, isDerived }) => ({ file, link, isDerived }))).toEqual([
      { file: 'envoy.log', link: 'kid', isDerived: false },
      { file: 'envoy.log', link: 'kid', isDerived: false },
      { file: 'istio.log', link: 'jti', isDerived: true },
    ]);
    expect(result.unanswerable.find(({ files }) => files.includes('istio.log'))?.why).toBe('no line says kid');
  });

  it.for([
    { name: 'the whole hash', hash: HASH, found: true },
    { name: 'a shortened hash', hash: HASH.slice(0, 12).toUpperCase(), found: true },
    { name: 'another hash', hash: 'f'.repeat(64), found: false },
    { name: 'a hash too short to mean it', hash: HASH.slice(0, 6), found: false },
  ])('knows a token by $name', ({ hash, found }) => {
    for (const leaked of [token({}), { kind: 'refresh_token', sha256: HASH } as const]) {
      expect(placesOf(scopeOf(incidentOf(leaked), [logOf('json-lines', [{ at: 1, hash }])]))).toHaveLength(
        found ? 1 : 0,
      );
    }
  });

  it('follows a refresh token to what was minted from it', () => {
    const log = logOf('json-lines', [
      { at: 1, hash: HASH, sid: 's-7', jti: 'r-1' },
      { at: 2, hash: HASH, sid: 's-7', jti: 'r-1', ip: '198.51.100.9' },
      { at: 3, sid: 's-7', jti: 'a-2', hash: 'b'.repeat(64) },
      { at: 4, sid: 's-8', jti: 'a-3', hash: 'c'.repeat(64) },
    ]);
    const result = scopeOf(incidentOf({ kind: 'refresh_token', sha256: HASH }), [log]);
    expect(result.uses.map(({ line, link, isDerived }) => [line, link, isDerived])).toEqual([
      [1, 'token_hash', false],
      [2, 'token_hash', false],
      [3, 'sid', true],
    ]);
    expect(result.signals.find(({ kind }) => kind === 'refresh_reuse')).toMatchObject({ uses: 1 });
  });

  it('leaves the sessions of users alone whose tokens a leaked key forged', () => {
    const log = logOf('json-lines', [
      { at: 1, kid: 'main-1', jti: 'x', sid: 's-1' },
      { at: 2, kid: 'main-2', jti: 'y', sid: 's-1' },
    ]);
    expect(placesOf(scopeOf(incidentOf(KEY), [log]))).toEqual(['json-lines.log:1']);
  });

  it('knows a shared secret by issuer, algorithm and key id', () => {
    const log = logOf('json-lines', [
      { at: 1, alg: 'HS256', kid: 'h-1' },
      { at: 2, alg: 'HS256', kid: 'h-2' },
      { at: 3, alg: 'ES256', kid: 'k-1' },
    ]);
    expect(placesOf(scopeOf(incidentOf({ kind: 'hmac_secret', kid: 'h-1' }), [log]))).toEqual(['json-lines.log:1']);
    expect(placesOf(scopeOf(incidentOf({ kind: 'hmac_secret', kid: null }), [log]))).toHaveLength(2);
    expect(placesOf(scopeOf(incidentOf(KEY, { issuer: 'https://other.example' }), [log]))).toEqual([]);
  });

  it('is not misled by another token in a header that the client chose', () => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const decoy = `${part({ alg: 'ES256', kid: 'k' })}.${part({ iss: 'https://id.example', jti: 'decoy' })}.${'A'.repeat(86)}`;
    for (const agent of [decoy, `Bearer ${decoy}`]) {
      const result = scopeOf(incidentOf(KEY), [logOf('json-lines', [{ at: 1, kid: 'main-1', jti: 'j-1', agent }])]);
      expect(result.uses).toMatchObject([{ jti: 'j-1', kid: 'main-1' }]);
      expect(JSON.stringify(result)).not.toContain(decoy.slice(0, 20));
    }
  });

  describe('signals', () => {
    const signals = (
      told: readonly Told[],
      rules: Parameters<typeof scopeOf>[2] = {},
      leaked = KEY,
    ): readonly SignalKind[] =>
      scopeOf(incidentOf(leaked), [logOf('json-lines', told)], rules).signals.map(({ kind }) => kind);

    it.for([30, 60, 61, 3600])('tells two networks %i seconds apart from one only when that is near', (gap) => {
      const told = [
        { at: 0, kid: 'main-1', jti: 'j' },
        { at: gap, kid: 'main-1', jti: 'j', ip: '2001:db8:1::7' },
      ];
      expect(signals(told).includes('impossible_use')).toBe(gap <= 60);
    });

    it('calls neighbours in one network one place', () => {
      const told = ['203.0.113.7', '203.0.113.99'].map((ip, at) => ({ at, kid: 'main-1', jti: 'j', ip }));
      expect(signals(told)).not.toContain('impossible_use');
    });

    it.for([9, 10])('tells of %i subjects behind one address only when they are many', (count) => {
      const told = Array.from({ length: count }, (_, at) => ({ at, kid: 'main-1', jti: `j${at}`, sub: `u${at}` }));
      expect(signals(told).includes('many_subjects')).toBe(count >= 10);
    });

    it('tells tokens that were minted after the leak and that live too long', () => {
      const minted = { at: 60, kid: 'main-1', jti: 'j', iat: LEAK / 1000 + 30, exp: LEAK / 1000 + 30 + 3601 };
      const rules = { maxLifetime: millis(3_600_000) };
      expect(signals([minted], rules)).toEqual(['lifetime_over_policy', 'minted_after_leak']);
      expect(signals([{ ...minted, iat: LEAK / 1000 - 1, exp: LEAK / 1000 }], rules)).toEqual([]);
    });

    it('tells forged tokens only for the time that the log of the issuer covers', () => {
      const issued = createIssuedTokens();
      for (const [jti, iat] of [
        ['j-1', IAT - 100],
        ['j-2', IAT + 100],
      ] as const)
        issued.add({ ...UNKNOWN_USE, jti, iat, kid: 'main-1' });
      const told = (jti: string, iat: number): Told => ({ at: 1, kid: 'main-1', jti, iat });
      expect(signals([told('j-1', IAT)], { issued })).not.toContain('never_issued');
      expect(signals([told('forged', IAT)], { issued })).toContain('never_issued');
      expect(signals([told('forged', IAT + 101)], { issued })).not.toContain('never_issued');
    });
  });

  describe('what stays open', () => {
    const questions = (log: LogText, leaked: Leaked = KEY): readonly string[] =>
      scopeOf(incidentOf(leaked), [log]).unanswerable.map(({ question }) => question);

    it('names times that no log covers', () => {
      expect(questions(logOf('json-lines', [{ at: 60, kid: 'main-1' }]))).toEqual(
        expect.arrayContaining([
          'whether it was used between the leak and the first line',
          'which addresses and programs are new since the leak',
        ]),
      );
      expect(questions(logOf('json-lines', [{ at: -60, kid: 'main-1' }]))).toContain(
        'whether it was used after the leak',
      );
    });

    it('names fields that no line has, with the setting that would write them', () => {
      const text = `${JSON.stringify({ time_iso8601: '2026-11-30T08:00:01+00:00', status: '200', remote_addr: '203.0.113.7', jwt_claim_iss: 'https://id.example', jwt_claim_sub: 'u' })}\n`;
      const { unanswerable, isAnswered } = scopeOf(incidentOf(KEY), [{ file: 'n.log', text }]);
      expect(isAnswered).toBe(false);
      expect(unanswerable[0]?.wouldAnswer).toBe(
        '$jwt_header_kid in the log_format of nginx, and keys.kid_required: true in the policy',
      );
      expect(unanswerable.map(({ question }) => question)).toContain('with which programs it was used');
    });

    it('has no answer when nothing was read', () => {
      expect(scopeOf(incidentOf(KEY), [{ file: 'e.log', text: '' }]).isAnswered).toBe(false);
    });
  });
});
