import { describe, expect, it } from 'vitest';
import { lint } from '../../src/lint/lint.ts';
import { readEstate } from '../../src/lint/read-whole.ts';
import type { Severity } from '../../src/model/finding.ts';
import { SEVERITIES } from '../../src/model/finding.ts';
import type { ProfileName } from '../../src/model/profile.ts';
import { PROFILE_NAMES } from '../../src/model/profile.ts';
import { policyText } from '../../src/rules/example-documents.ts';
import { RULES } from '../../src/rules/registry.ts';

const NOW = Date.UTC(2026, 5, 1);

function severities(rule: string, spec: string, profile: ProfileName): readonly Severity[] {
  const read = readEstate([{ file: 'p.yaml', text: policyText('orders', spec) }], { now: NOW });
  return lint(read, { only: [rule], profile }).findings.map(({ severity }) => severity);
}

const LIFE = (max: string): string => `tokens:\n  access_token:\n    lifetime: { max: ${max} }`;
const SKEW = (max: string): string =>
  `tokens:\n  access_token:\n    lifetime: { max: 1h }\n    clock_skew: { max: ${max} }`;
const ALGORITHMS = (names: string): string => `tokens:\n  access_token:\n    algorithms: [${names}]`;

describe('a profile', () => {
  it.each<readonly [string, string, Record<ProfileName, readonly Severity[]>]>([
    [
      'policy/lifetime-over-profile',
      LIFE('30m'),
      { default: [], 'asvs-l2': [], 'asvs-l3': ['warning'], fapi2: ['warning'] },
    ],
    [
      'policy/lifetime-over-profile',
      LIFE('2d'),
      { default: ['error'], 'asvs-l2': ['error'], 'asvs-l3': ['error'], fapi2: ['error'] },
    ],
    ['policy/lifetime-over-profile', LIFE('10m'), { default: [], 'asvs-l2': [], 'asvs-l3': [], fapi2: [] }],
    [
      'policy/leeway-excessive',
      SKEW('2m'),
      { default: ['warning'], 'asvs-l2': ['warning'], 'asvs-l3': ['warning'], fapi2: ['error'] },
    ],
    ['policy/leeway-excessive', SKEW('60s'), { default: [], 'asvs-l2': [], 'asvs-l3': [], fapi2: [] }],
    [
      'policy/alg-below-profile',
      ALGORITHMS('RS256, ES256'),
      { default: [], 'asvs-l2': [], 'asvs-l3': [], fapi2: ['error'] },
    ],
    ['policy/alg-below-profile', ALGORITHMS('Ed25519'), { default: [], 'asvs-l2': [], 'asvs-l3': [], fapi2: [] }],
    [
      'policy/bearer-below-profile',
      'tokens:\n  access_token:\n    binding: { accept: [bearer] }',
      { default: [], 'asvs-l2': [], 'asvs-l3': ['error'], fapi2: ['error'] },
    ],
    [
      'policy/rotation-missing',
      ALGORITHMS('ES256'),
      { default: ['warning'], 'asvs-l2': ['error'], 'asvs-l3': ['error'], fapi2: ['warning'] },
    ],
  ])('judges %s of %j', (rule, spec, expected) => {
    for (const profile of PROFILE_NAMES) expect(severities(rule, spec, profile), profile).toEqual(expected[profile]);
  });

  it('never lowers or hides what the default finds', () => {
    const files = RULES.flatMap(({ examples }) => examples.bad.map(({ files }) => files));
    for (const example of files) {
      const inputs = Object.entries(example).map(([file, text]) => ({ file, text, named: true }));
      const read = readEstate(inputs, { now: NOW });
      const plain = lint(read).findings;
      for (const profile of PROFILE_NAMES) {
        const strict = new Map(lint(read, { profile }).findings.map((each) => [each.fingerprint, each.severity]));
        for (const { fingerprint, severity, rule } of plain) {
          const now = strict.get(fingerprint);
          expect(now, `${rule} under ${profile}`).toBeDefined();
          expect(SEVERITIES.indexOf(now ?? 'info')).toBeLessThanOrEqual(SEVERITIES.indexOf(severity));
        }
      }
    }
  });
});

describe('the time of rules', () => {
  it('is measured only when asked for', () => {
    const read = readEstate([{ file: 'p.yaml', text: policyText('orders', LIFE('1h')) }], { now: NOW });
    expect(lint(read).times).toBeUndefined();
    let clock = 0;
    const { times } = lint(read, { only: ['policy/slo-missing', 'token/alg-none'], monotonic: () => (clock += 2) });
    expect(times).toEqual([
      { rule: 'policy/slo-missing', ms: 2 },
      { rule: 'token/alg-none', ms: 2 },
    ]);
  });
});
