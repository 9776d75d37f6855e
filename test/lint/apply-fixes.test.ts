import { describe, expect, it } from 'vitest';
import { applyFixes } from '../../src/lint/apply-fixes.ts';
import { lint } from '../../src/lint/lint.ts';
import { readEstate } from '../../src/lint/read-whole.ts';
import { RULES } from '../../src/rules/registry.ts';

/** A setting of Envoy Gateway that lets requests without a token pass. */
const OPTIONAL = `apiVersion: gateway.envoyproxy.io/v1alpha1
kind: SecurityPolicy
metadata: { name: orders }
spec:
  jwt:
    optional: true
    providers:
      - { name: id, issuer: https://id.example.com, remoteJWKS: { uri: https://id.example.com/jwks } }
`;

const ONLY = ['policy/leeway-excessive', 'policy/alg-none-allowed'];
const HEAD = 'apiVersion: firebreak.dev/v1alpha1\nkind: TokenPolicy\nmetadata: { name: orders }\n';

function fixed(file: string, text: string): { readonly text: string; readonly left: number } {
  const findings = (each: string): ReturnType<typeof lint>['findings'] =>
    lint(readEstate([{ file, text: each, named: true }], { now: 0 }), { only: ONLY }).findings;
  const result = applyFixes(file, text, findings(text));
  return { text: result.text, left: findings(result.text).length };
}

describe('safe repairs', () => {
  it.each([
    {
      name: 'flow collections',
      before:
        'spec: # a\n  tokens:\n    access_token:\n      algorithms: [none, ES256] # b\n      clock_skew: { max: 5m } # c\n',
      after:
        'spec: # a\n  tokens:\n    access_token:\n      algorithms: [ES256] # b\n      clock_skew: { max: 60s } # c\n',
    },
    {
      name: 'block collections and quotes',
      before:
        "spec:\n  tokens:\n    access_token:\n      algorithms:\n        - ES256\n        - none # b\n      clock_skew:\n        max: '5m'\n",
      after:
        "spec:\n  tokens:\n    access_token:\n      algorithms:\n        - ES256\n        # b\n      clock_skew:\n        max: '60s'\n",
    },
    {
      name: 'CRLF line ends',
      before: 'spec:\r\n  tokens:\r\n    access_token:\r\n      clock_skew: { max: 5m } # c\r\n',
      after: 'spec:\r\n  tokens:\r\n    access_token:\r\n      clock_skew: { max: 60s } # c\r\n',
    },
  ])('keep everything else in $name', ({ before, after }) => {
    expect(fixed('p.yaml', HEAD + before)).toEqual({ text: HEAD + after, left: 0 });
  });

  it('write JSON in JSON', () => {
    const document = {
      apiVersion: 'firebreak.dev/v1alpha1',
      kind: 'TokenPolicy',
      metadata: { name: 'orders' },
      spec: { tokens: { access_token: { algorithms: ['ES256', 'none'], clock_skew: { max: '5m' } } } },
    };
    const { text, left } = fixed('p.json', JSON.stringify(document, null, 2));
    expect(left).toBe(0);
    expect((JSON.parse(text) as typeof document).spec.tokens.access_token).toEqual({
      algorithms: ['ES256'],
      clock_skew: { max: '60s' },
    });
  });

  it('leave a list alone whose only algorithm is none', () => {
    const text = `${HEAD}spec: { tokens: { access_token: { algorithms: [none] } } }\n`;
    expect(fixed('p.yaml', text)).toEqual({ text, left: 1 });
  });
});

describe('a misspelt key', () => {
  it.each([
    ['p.yaml', 'spec:\n  tokens:\n    access_token:\n      algoritms: [ES256] # b\n'],
    ['q.yaml', 'spec: { tokens: { access_token: { "algoritms": [ES256] } } }\n'],
  ])('gets the name that was meant in %s', (file, spec) => {
    const { problems } = readEstate([{ file, text: HEAD + spec, named: true }], { now: 0 });
    const { text } = applyFixes(file, HEAD + spec, problems);
    expect(text).toBe(HEAD + spec.replace('algoritms', 'algorithms'));
    expect(readEstate([{ file, text, named: true }], { now: 0 }).problems).toEqual([]);
  });

  it('stays where the right one stands too', () => {
    const text = `${HEAD}spec: { tokens: { access_token: { algorithms: [ES256], algoritms: [none] } } }\n`;
    const { problems } = readEstate([{ file: 'p.yaml', text, named: true }], { now: 0 });
    expect(applyFixes('p.yaml', text, problems).text).toBe(text);
  });
});

/** Lints a few files, repairs them all and lints again: what one rule says before and after. */
function repaired(
  rule: string,
  files: Readonly<Record<string, string>>,
  profile: 'default' | 'asvs-l2' | 'asvs-l3' | 'fapi2' = 'default',
): { readonly files: Readonly<Record<string, string>>; readonly before: number; readonly after: number } {
  const run = (texts: Readonly<Record<string, string>>): ReturnType<typeof lint>['findings'] => {
    const inputs = Object.entries(texts).map(([file, text]) => ({ file, text, named: true }));
    return lint(readEstate(inputs, { now: Date.UTC(2026, 5, 1) }), { only: [rule], profile }).findings;
  };
  const findings = run(files);
  const after = Object.fromEntries(
    Object.entries(files).map(([file, text]) => [file, applyFixes(file, text, findings, 'all').text]),
  );
  return { files: after, before: findings.length, after: run(after).length };
}

/** Rules that offer a repair for every written fault of their first bad example. */
const REPAIRABLE = [
  'binding/dpop-alg',
  'binding/dpop-window',
  'policy/alg-allowlist-missing',
  'policy/alg-none-allowed',
  'policy/alg-unregistered',
  'policy/channel-field-missing',
  'policy/fail-open',
  'policy/leeway-excessive',
  'policy/lifetime-missing',
  'policy/lifetime-over-profile',
  'policy/overlap-too-short',
  'policy/prepublish-too-short',
  'policy/refresh-unbounded',
  'policy/rotation-missing',
  'revocation/denylist-ttl-short',
  'verifier/denylist-poll-over-slo',
  'verifier/exp-not-required',
  'verifier/introspection-cache-over-slo',
  'verifier/jwks-cooldown-long',
  'verifier/jwks-ttl-over-slo',
  'verifier/leeway',
  'verifier/result-cache-over-slo',
];

describe('a repaired example', () => {
  it.each(RULES.filter(({ id }) => REPAIRABLE.includes(id)).map((rule) => [rule.id, rule] as const))(
    'of %s has the fault no more',
    (id, { examples: { bad } }) => {
      const { before, after } = repaired(id, bad[0].files, bad[0].profile);
      expect(before).toBeGreaterThan(0);
      expect(after).toBe(0);
    },
  );

  it('names rules that exist', () => {
    expect(REPAIRABLE.filter((id) => RULES.every((rule) => rule.id !== id))).toEqual([]);
  });

  it.each(RULES.map((rule) => [rule.id, rule] as const))('of %s is never worse than before', (id, { examples }) => {
    for (const { files, profile } of examples.bad) {
      const { before, after } = repaired(id, files, profile);
      expect(after).toBeLessThanOrEqual(before);
    }
  });
});

describe('suggested repairs', () => {
  it('flip a flag once that two findings want flipped', () => {
    const { findings } = lint(readEstate([{ file: 'p.yaml', text: OPTIONAL }], { now: 0 }));
    const flips = findings.filter(({ fix }) => fix?.changes.some(({ kind }) => kind === 'flip'));
    expect(flips).toHaveLength(1);
    expect(applyFixes('p.yaml', OPTIONAL, [...flips, ...flips], 'all')).toEqual({
      text: OPTIONAL.replace('optional: true', 'optional: false'),
      count: 2,
    });
  });

  it('leave a file alone whose aliases expand without measure', () => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `b${level + 1}: &b${level + 1} [${`*b${level}, `.repeat(9)}]\n`,
    );
    const text = `${OPTIONAL}b0: &b0 [x]\n${levels.join('')}`;
    const { findings } = lint(readEstate([{ file: 'p.yaml', text }], { now: 0 }));
    expect(findings.filter(({ fix }) => fix !== undefined).length).toBeGreaterThan(0);
    expect(applyFixes('p.yaml', text, findings, 'all')).toEqual({ text, count: 0 });
  });

  it('are written together where a file has hundreds of them', () => {
    const text = Array.from({ length: 500 }, () => OPTIONAL).join('---\n');
    const { findings } = lint(readEstate([{ file: 'p.yaml', text }], { now: 0 }));
    const flips = findings.filter(({ fix }) => fix?.changes.some(({ kind }) => kind === 'flip'));
    expect(applyFixes('p.yaml', text, flips, 'all')).toEqual({
      text: text.replaceAll('optional: true', 'optional: false'),
      count: 500,
    });
  });
});
