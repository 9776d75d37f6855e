import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../src/model/fact.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { readInventory } from '../../src/policy/read-inventory.ts';
import { changed, told, validOf } from './documents-read.ts';

const SMALL = `apiVersion: firebreak.dev/v1alpha1
kind: Inventory
metadata: { name: small }
spec:
  environments:
    - { name: prod, class: prod, allow: [api.example.com, '*.example.com', 10.0.0.0/8, '2001:db8::/32'] }
  issuers:
    - { name: main, environment: prod, issuer: https://id.example.com/, jwks_uri: https://id.example.com/jwks }
  channels:
    - { name: denylist, type: denylist }
    - { name: introspect, type: introspection }
  verifiers:
    - name: api
      environment: prod
      issuer: main
      channels: [{ use: denylist }, { use: introspect }]
      routes: [{ url: https://api.example.com/ping }]
`;

function inventoryOf(text: string): Inventory {
  const { inventory, problems } = readInventory(validOf(text));
  expect(told(problems)).toEqual([]);
  if (inventory === null) throw new Error('no inventory');
  return inventory;
}

function faultsOf(text: string): readonly string[] {
  const { inventory, problems } = readInventory(validOf(text));
  expect(inventory).toBeNull();
  return told(problems);
}

const short = ({ value, origin }: Fact<unknown>): string => `${String(value)} (${origin})`;

describe('an inventory', () => {
  it('of the lab is read with the position of every value', () => {
    const file = 'policies/lab-inventory.yaml';
    const text = readFileSync(file, 'utf8');
    const { inventory, problems } = readInventory(validOf(text, file));
    expect(told(problems)).toEqual([]);
    const [issuer] = inventory?.issuers ?? [];
    const jose = inventory?.verifiers.find(({ name }) => name === 'jose');
    expect(inventory?.verifiers.length).toBeGreaterThanOrEqual(7);
    expect(jose?.settings.keyCacheTtl).toMatchObject({ value: 5000, origin: 'explicit', at: { file } });
    const lineOf = (line = 0): string => text.split('\n')[line - 1] ?? '';
    expect(lineOf(jose?.settings.keyCacheTtl?.at?.line)).toContain('key_cache_ttl: 5s');
    expect(lineOf(issuer?.timeToAct.at?.line)).toContain('time_to_act: 1s');
    expect(jose?.channels[0]?.failMode).toMatchObject({ value: 'closed', origin: 'explicit' });
  });

  it.for([
    { written: '{ replicas: 8, id_header: X-Pod }', pool: { replicas: 8, id: { header: 'x-pod' } } },
    { written: '{ id_pointer: /instance }', pool: { replicas: null, id: { pointer: '/instance' } } },
    { written: '{ replicas: 3 }', pool: { replicas: 3, id: null } },
    { written: 'null', pool: undefined },
  ])('may say what is behind one address: $written', ({ written, pool }) => {
    const line = written === 'null' ? '' : `      pool: ${written}\n`;
    const text = changed(SMALL, '      issuer: main\n', `      issuer: main\n${line}`);
    expect(inventoryOf(text).verifiers[0]?.pool).toEqual(pool);
  });

  it('may declare every wait that a product can have', () => {
    const settings = [
      'verifies_exp: false',
      'upstream_cache_ttl: 12h',
      'stale_on_error: unbounded',
      'last_known_good: 1h',
      'propagation: 10s',
      'request_gap: unknown',
    ];
    const text = changed(
      SMALL,
      '      issuer: main\n',
      `      issuer: main\n      settings: { ${settings.join(', ')} }\n`,
    );
    const { settings: read } = inventoryOf(text).verifiers[0] ?? {};
    expect(
      [
        read?.verifiesExp,
        read?.upstreamCacheTtl,
        read?.staleOnError,
        read?.lastKnownGood,
        read?.propagation,
        read?.requestGap,
      ].map((fact) => (fact === null || fact === undefined ? 'absent' : short(fact))),
    ).toEqual([
      'false (explicit)',
      '43200000 (explicit)',
      'unbounded (explicit)',
      '3600000 (explicit)',
      '10000 (explicit)',
      'unknown (unknown)',
    ]);
  });

  it('takes what nobody declared as unknown, but for what exists only where somebody made it', () => {
    const { issuers, channels, verifiers } = inventoryOf(SMALL);
    const [issuer] = issuers;
    const [verifier] = verifiers;
    if (issuer === undefined || verifier === undefined) throw new Error('nothing read');
    expect(issuer.tokenEndpoint).toBeNull();
    expect(issuer.admin).toBeNull();
    expect(Object.fromEntries(Object.entries(issuer.edge).map(([name, fact]) => [name, short(fact)]))).toEqual({
      maxAge: 'unknown (unknown)',
      staleWhileRevalidate: 'unknown (unknown)',
      staleIfError: 'unknown (unknown)',
    });
    expect(
      [issuer.timeToAct, issuer.removalDelay, issuer.replicaConvergence, issuer.accessTokenLifetime].map(short),
    ).toEqual(['unknown (unknown)', '0 (default)', 'unknown (unknown)', 'unknown (unknown)']);
    expect(Object.values(issuer.refreshToken).map(short)).toEqual([
      'false (unknown)',
      'off (unknown)',
      'unknown (unknown)',
      'unknown (unknown)',
      'false (unknown)',
    ]);
    expect(channels.map(({ delivery, storeLag, keys }) => [delivery, short(storeLag), keys])).toEqual([
      ['poll', 'unknown (unknown)', []],
      ['poll', 'unknown (unknown)', []],
    ]);
    expect(verifier).toMatchObject({ owner: null, policy: null, library: null });
    expect(Object.values(verifier.settings)).toEqual(Array(13).fill(null));
    expect(short(verifier.derivedSessionLifetime)).toBe('0 (default)');
    expect(
      verifier.channels.map(({ interval, negativeCache, positiveCache, fetchTimeout, failMode }) =>
        [interval, negativeCache, positiveCache, fetchTimeout, failMode].map(short),
      ),
    ).toEqual([
      ['unknown (unknown)', '0 (default)', '0 (default)', 'unknown (unknown)', 'open (unknown)'],
      ['unknown (unknown)', '0 (default)', 'unknown (unknown)', 'unknown (unknown)', 'open (unknown)'],
    ]);
    expect(verifier.routes).toMatchObject([{ url: 'https://api.example.com/ping', method: 'GET' }]);
  });

  it('gives every fact without a place of its own a reason', () => {
    const facts: Fact<unknown>[] = [];
    const collect = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      if ('origin' in value) facts.push(value as Fact<unknown>);
      else for (const member of Object.values(value)) collect(member);
    };
    collect(inventoryOf(SMALL));
    expect(facts.length).toBeGreaterThan(20);
    for (const { origin, source, at } of facts) {
      expect(origin === 'explicit' ? at : source).not.toBeNull();
      expect(at?.line).toBeGreaterThan(0);
    }
  });

  it('takes directives that the recorded headers do not have as absent', () => {
    const text = changed(SMALL, 'jwks }', 'jwks, jwks_http: { max_age: 5m } }');
    const edge = inventoryOf(text).issuers[0]?.edge;
    expect(edge?.maxAge).toMatchObject({ value: 300_000, origin: 'explicit', at: { line: 8, column: 134 } });
    expect(edge?.staleWhileRevalidate).toMatchObject({
      value: 0,
      origin: 'default',
      source: expect.stringContaining('RFC 5861'),
    });
  });

  it.for([
    { written: 'unbounded', value: 'unbounded', origin: 'explicit' },
    { written: 'unknown', value: 'unknown', origin: 'unknown' },
    { written: '1h30m', value: 5_400_000, origin: 'explicit' },
    { written: '0s', value: 0, origin: 'explicit' },
  ])('reads the bound $written', ({ written, value, origin }) => {
    const text = changed(SMALL, 'jwks }', `jwks, time_to_act: ${written} }`);
    expect(inventoryOf(text).issuers[0]?.timeToAct).toMatchObject({ value, origin, at: { line: 8 } });
  });

  it('reads a library that nobody knows, and one without a version', () => {
    const library = (value: string): unknown =>
      inventoryOf(changed(SMALL, '      issuer: main\n', `      issuer: main\n      library: ${value}\n`)).verifiers[0]
        ?.library;
    expect(library('null')).toBeNull();
    expect(library('{ name: jose }')).toMatchObject({ name: 'jose', version: null, at: { line: 16, column: 16 } });
    expect(library('{ name: jose, version: null }')).toMatchObject({ version: null });
    expect(library('{ name: jose, version: 6.2.18 }')).toMatchObject({ version: '6.2.18' });
  });

  it.for([
    {
      name: 'an unknown environment of an issuer',
      part: 'main, environment: prod',
      by: 'main, environment: prd',
      says: ['8:34 there is no environment "prd" | did you mean "prod"?'],
    },
    {
      name: 'an unknown environment of a verifier',
      part: '      environment: prod',
      by: '      environment: elsewhere',
      says: ['14:20 there is no environment "elsewhere" | choose one of prod'],
    },
    {
      name: 'an unknown issuer',
      part: 'issuer: main',
      by: 'issuer: mian',
      says: ['15:15 there is no issuer "mian" | did you mean "main"?'],
    },
    {
      name: 'an unknown channel',
      part: 'use: denylist',
      by: 'use: denylst',
      says: ['16:25 there is no channel "denylst" | did you mean "denylist"?'],
    },
    {
      name: 'a name used twice',
      part: 'name: introspect,',
      by: 'name: denylist,',
      says: [
        '11:15 the name "denylist" is used twice in channels, first at line 10, column 15 | rename one of the two',
        '16:44 there is no channel "introspect" | choose one of denylist',
      ],
    },
    {
      name: 'networks that are none',
      part: '10.0.0.0/8',
      by: '10.0.0.0/33, https://api.example.com',
      says: [
        '6:76 "10.0.0.0/33" is not a network | write a host without scheme and path, or a CIDR such as 10.0.0.0/8',
        '6:89 "https://api.example.com" is not a network | write a host without scheme and path, or a CIDR such as 10.0.0.0/8',
      ],
    },
  ])('explains $name', ({ part, by, says }) => {
    expect(faultsOf(changed(SMALL, part, by))).toEqual(says);
  });
});
