import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DOCUMENT_KINDS } from '../../src/model/document.ts';
import { checkNames, claimsToBeOurs, validateDocument } from '../../src/policy/validate.ts';
import { parseDocuments } from '../../src/source/parse.ts';
import { changed, sourceOf, told, validOf } from './documents-read.ts';

/** As messages list them. */
const KINDS = DOCUMENT_KINDS.join(', ');

const POLICY = `apiVersion: firebreak.dev/v1alpha1
kind: TokenPolicy
metadata: { name: api, owner: '@team', labels: { tier: gold } }
spec:
  tokens:
    access_token:
      algorithms: [ES256]
      lifetime: { max: 5m }
      audience_match: any
      present: true
  keys: { min_rsa_bits: 2048, sources: [jwks_uri] }
  issuers:
    - issuer: https://id.example.com/
  revocation:
    objectives: { signing_key: { max: 10m } }
    channels:
      - { type: denylist, keys: [jti] }
`;

function faultsOf(text: string): readonly string[] {
  const { document, problems } = validateDocument(sourceOf(text));
  expect(document === null).toBe(problems.length > 0);
  return told(problems);
}

const UNITS = 'write whole numbers with the units ms, s, m, h, d and no spaces: 90s, 1h30m';

describe('validating a document', () => {
  it('gives its name, owner, labels and spec', () => {
    expect(validOf(POLICY)).toMatchObject({
      kind: 'TokenPolicy',
      name: 'api',
      owner: '@team',
      labels: { tier: 'gold' },
      spec: { tokens: { access_token: { algorithms: ['ES256'] } } },
    });
  });

  it.for([
    {
      name: 'a misspelt key',
      part: 'algorithms:',
      by: 'algoritms:',
      says: ['7:7 unknown key "algoritms" in spec.tokens.access_token | did you mean "algorithms"?'],
    },
    {
      name: 'two letters swapped in a key',
      part: 'lifetime:',
      by: 'liftetime:',
      says: ['8:7 unknown key "liftetime" in spec.tokens.access_token | did you mean "lifetime"?'],
    },
    {
      name: 'a key that is like no other',
      part: 'min_rsa_bits: 2048',
      by: 'colour: red',
      says: [
        '11:11 unknown key "colour" in spec.keys | the keys are min_rsa_bits, curves, max_age, rotation_interval, pre_publish, overlap, kid_required, unknown_kid, sources, storage',
      ],
    },
    {
      name: 'a required key misspelt, told once',
      part: '{ max: 10m }',
      by: '{ mx: 10m }',
      says: ['15:34 unknown key "mx" in spec.revocation.objectives.signing_key | did you mean "max"?'],
    },
    {
      name: 'a missing key',
      part: '{ max: 10m }',
      by: '{}',
      says: ['15:19 spec.revocation.objectives.signing_key lacks "max" | add max: to it'],
    },
    {
      name: 'a missing key of a list item',
      part: '- issuer: https://id.example.com/',
      by: '- discovery: oidc',
      says: ['13:7 spec.issuers[0] lacks "issuer" | add issuer: to it'],
    },
    {
      name: 'a duration without unit',
      part: '5m',
      by: '300',
      says: [
        '8:24 spec.tokens.access_token.lifetime.max is 300: a duration needs a unit, for example 90s | write 300s if seconds are meant, 300m if minutes are',
      ],
    },
    {
      name: 'a quoted duration without unit',
      part: '5m',
      by: "'300'",
      says: [
        '8:24 spec.tokens.access_token.lifetime.max is 300: a duration needs a unit, for example 90s | write 300s if seconds are meant, 300m if minutes are',
      ],
    },
    {
      name: 'a duration with an unknown unit',
      part: '5m',
      by: '5min',
      says: [`8:24 spec.tokens.access_token.lifetime.max is "5min", not a duration | ${UNITS}`],
    },
    {
      name: 'a duration with a fraction',
      part: '5m',
      by: '1.5h',
      says: [`8:24 spec.tokens.access_token.lifetime.max is "1.5h", not a duration | ${UNITS}`],
    },
    {
      name: 'a duration with a space',
      part: '5m',
      by: '5 m',
      says: [`8:24 spec.tokens.access_token.lifetime.max is "5 m", not a duration | ${UNITS}`],
    },
    {
      name: 'a bound where only a duration makes sense',
      part: '5m',
      by: 'unbounded',
      says: [`8:24 spec.tokens.access_token.lifetime.max is "unbounded", not a duration | ${UNITS}`],
    },
    {
      name: 'a duration too long to count',
      part: '5m',
      by: '999999999999d',
      says: [
        '8:24 spec.tokens.access_token.lifetime.max is "999999999999d", longer than can be counted in milliseconds | choose at most 100000000d',
      ],
    },
    {
      name: 'a value that is none of the choices',
      part: 'audience_match: any',
      by: 'audience_match: al',
      says: [
        '9:23 spec.tokens.access_token.audience_match cannot be "al" | did you mean "all"? choose one of any, all, exact',
      ],
    },
    {
      name: 'a value of another type than the choices, told once',
      part: 'audience_match: any',
      by: 'audience_match: [any]',
      says: ['9:23 spec.tokens.access_token.audience_match must be text, not a list | put quotes around it'],
    },
    {
      name: 'yes for true',
      part: 'present: true',
      by: 'present: yes',
      says: ['10:16 spec.tokens.access_token.present must be true or false, not "yes" | write true'],
    },
    {
      name: 'a quoted truth value',
      part: 'present: true',
      by: "present: 'true'",
      says: [
        '10:16 spec.tokens.access_token.present must be true or false, not "true" | write true or false, without quotes',
      ],
    },
    {
      name: 'one value instead of a list',
      part: '[ES256]',
      by: 'ES256',
      says: ['7:19 spec.tokens.access_token.algorithms must be a list, not "ES256" | write it as ["ES256"]'],
    },
    {
      name: 'a value twice in a list',
      part: '[ES256]',
      by: '[ES256, PS256, ES256]',
      says: [
        '7:34 spec.tokens.access_token.algorithms names "ES256" twice, first at line 7, column 20 | remove one of the two',
      ],
    },
    {
      name: 'a key without a value',
      part: 'access_token:\n      algorithms: [ES256]',
      by: 'access_token:\n      binding:\n      algorithms: [ES256]',
      says: [
        '7:7 spec.tokens.access_token.binding must be a mapping, not empty | write its keys below it, or remove it',
      ],
    },
    {
      name: 'a text without a value',
      part: 'audience_match: any',
      by: 'audience_match:',
      says: ['9:7 spec.tokens.access_token.audience_match must be text, not empty | write a value, or remove the key'],
    },
    {
      name: 'an empty text',
      part: 'issuer: https://id.example.com/',
      by: "issuer: ''",
      says: ['13:15 spec.issuers[0].issuer is empty | write at least 1 character'],
    },
    {
      name: 'an empty list where one item is needed',
      part: 'issuers:\n    - issuer: https://id.example.com/',
      by: 'issuers: []',
      says: ['12:12 spec.issuers is an empty list | name at least 1, or remove the key'],
    },
    {
      name: 'a number out of range',
      part: '2048',
      by: '512',
      says: ['11:25 spec.keys.min_rsa_bits is 512, it must be >= 1024 | choose a number in the range'],
    },
    {
      name: 'a number with a fraction',
      part: '2048',
      by: '2048.5',
      says: [
        '11:25 spec.keys.min_rsa_bits must be a whole number, not 2048.5 | write it without quotes and without a fraction',
      ],
    },
    {
      name: 'infinity',
      part: '2048',
      by: '.inf',
      says: [
        '11:25 spec.keys.min_rsa_bits must be a whole number, not Infinity | write it without quotes and without a fraction',
      ],
    },
    {
      name: 'a name in capitals',
      part: 'name: api',
      by: 'name: API',
      says: [
        '3:19 metadata.name is "API", not a name | use lower-case letters, digits and dashes, at most 63, a letter or digit first and last',
      ],
    },
    {
      name: 'a URL of another scheme',
      part: 'issuer: https://id.example.com/',
      by: 'issuer: https://id.example.com/\n      jwks_uri: ftp://id.example.com/',
      says: [
        '14:17 spec.issuers[0].jwks_uri is "ftp://id.example.com/", not a URL | start it with https://, http:// or lab://',
      ],
    },
    {
      name: 'an unknown kind',
      part: 'TokenPolicy',
      by: 'TokenPolcy',
      says: [`2:7 there is no kind "TokenPolcy" | did you mean "TokenPolicy"? choose one of ${KINDS}`],
    },
    {
      name: 'a kind like no other',
      part: 'TokenPolicy',
      by: 'ConfigMap',
      says: [`2:7 there is no kind "ConfigMap" | choose one of ${KINDS}`],
    },
    {
      name: 'no kind',
      part: 'kind: TokenPolicy\n',
      by: '',
      says: [`1:1 the document lacks "kind" | add kind: and choose one of ${KINDS}`],
    },
    {
      name: 'kind misspelt',
      part: 'kind:',
      by: 'knid:',
      says: [`1:1 the document lacks "kind" | write kind instead of knid, and choose one of ${KINDS}`],
    },
    {
      name: 'another version',
      part: 'v1alpha1',
      by: 'v2',
      says: [
        '1:13 apiVersion "firebreak.dev/v2" is newer than this version of firebreak reads | this one reads up to firebreak.dev/v1alpha1; update firebreak to the version whose release notes name firebreak.dev/v2',
      ],
    },
    {
      name: 'apiVersion misspelt',
      part: 'apiVersion',
      by: 'apiversion',
      says: ['1:1 unknown key "apiversion" in the document | did you mean "apiVersion"?'],
    },
    {
      name: 'no spec',
      part: POLICY.slice(POLICY.indexOf('spec:')),
      by: '',
      says: ['1:1 the document lacks "spec" | add spec: to it'],
    },
  ])('explains $name', ({ part, by, says }) => {
    expect(faultsOf(changed(POLICY, part, by))).toEqual(says);
  });

  it.for([
    { text: '- a\n', says: 'this is not a document but a list' },
    { text: 'hello\n', says: 'this is not a document but a single value' },
  ])('says of $text that it is no document', ({ text, says }) => {
    expect(faultsOf(text)).toEqual([
      `1:1 ${says} | start it with apiVersion: firebreak.dev/v1alpha1 and kind: ${KINDS}`,
    ]);
  });

  it('tells every fault at once, by position', () => {
    const text = [
      ['name: api', 'name: Api'],
      ['algorithms', 'algoritms'],
      ['5m', '300'],
      ['any', 'some'],
      ['[jti]', '[jit]'],
    ].reduce((all, [part = '', by = '']) => changed(all, part, by), POLICY);
    expect(faultsOf(text).map((line) => line.split(' ')[0])).toEqual(['3:19', '7:7', '8:24', '9:23', '17:34']);
  });

  it('points at the same places with a byte order mark and CRLF', () => {
    const text = changed(changed(POLICY, '5m', '300'), 'algorithms', 'algoritms');
    expect(faultsOf(`\uFEFF${text.replaceAll('\n', '\r\n')}`)).toEqual(faultsOf(text));
  });

  it('explains JSON as it explains YAML', () => {
    const data = {
      apiVersion: 'firebreak.dev/v1alpha1',
      kind: 'TokenPolicy',
      metadata: { name: 'a' },
      spec: { kys: {} },
    };
    expect(faultsOf(JSON.stringify(data, null, 2))).toEqual(['8:5 unknown key "kys" in spec | did you mean "keys"?']);
  });

  it('shows no token and no key that somebody wrote into a document', () => {
    const token = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.';
    const key = "'-----BEGIN PRIVATE KEY-----'";
    for (const secret of [token, key, `[${token}]`]) {
      const faults = faultsOf(changed(POLICY, 'max: 5m', `max: ${secret}`));
      expect(faults).toHaveLength(1);
      expect(faults[0]).not.toMatch(/eyJ|BEGIN/);
    }
    expect(faultsOf(changed(POLICY, '[ES256]', token))[0]).not.toContain('eyJ');
  });

  it('ends for any data with a document or problems, never both', () => {
    const value = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom('5m', 'unbounded', 0, [], {}, null));
    const key = fc.constantFrom('tokens', 'keys', 'issuers', 'revocation', 'extends', 'drills', 'final', 'constructor');
    fc.assert(
      fc.property(fc.dictionary(key, value), fc.constantFrom('TokenPolicy', 'Inventory', 'Drill'), (spec, kind) => {
        const data = { apiVersion: 'firebreak.dev/v1alpha1', kind, metadata: { name: 'a' }, spec };
        const { documents } = parseDocuments('a.json', JSON.stringify(data));
        for (const source of documents) {
          const { document, problems } = validateDocument(source);
          expect(document === null).toBe(problems.length > 0);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is bounded for documents that are all faults', { timeout: 20_000 }, () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `  k${index}: 1\n`).join('');
    const [first = '', ...others] = faultsOf(POLICY.slice(0, POLICY.indexOf('  tokens:')) + keys);
    expect(first).toMatch(/^5:3 unknown key "k0" in spec/);
    expect(others).toHaveLength(100);
    expect(others.at(-1)).toBe('105:3 19900 more faults follow | correct the first ones');
  });

  it('is bounded for a key of megabytes', { timeout: 20_000 }, () => {
    const [fault = ''] = faultsOf(`${POLICY}  ? ${'x'.repeat(2_000_000)}\n  : 1\n`);
    expect(fault).toMatch(/^18:5 unknown key "xxx/);
    expect(fault.length).toBeLessThan(1000);
  });

  it('cuts long values', () => {
    const [fault = ''] = faultsOf(changed(POLICY, 'any', 'x'.repeat(500)));
    expect(fault.length).toBeLessThan(200);
  });
});

describe('telling our documents from others', () => {
  it.for([
    { data: { apiVersion: 'firebreak.dev/v1alpha1', kind: 'Drill' }, ours: true },
    { data: { apiVersion: 'firebreak.dev/v9' }, ours: true },
    { data: { apiversion: 'firebreak.dev/v1alpha1' }, ours: true },
    { data: { kind: 'TokenPolicy' }, ours: true },
    { data: { apiVersion: 'v1', kind: 'Inventory' }, ours: false },
    { data: { apiVersion: 'firebreak.device/v1' }, ours: false },
    { data: { services: {} }, ours: false },
    { data: ['firebreak.dev/v1alpha1'], ours: false },
    { data: 'firebreak.dev/v1alpha1', ours: false },
    { data: null, ours: false },
  ])('says $ours of $data', ({ data, ours }) => {
    expect(claimsToBeOurs(data)).toBe(ours);
  });
});

describe('names', () => {
  it('must be unique per kind, across files', () => {
    const other = changed(POLICY, 'apiVersion', '\napiVersion');
    const documents = [
      validOf(POLICY, 'a.yaml'),
      validOf(other, 'b.yaml'),
      validOf(changed(POLICY, 'api,', 'b,'), 'c.yaml'),
    ];
    const problems = checkNames(documents);
    expect(told(problems)).toEqual([
      '4:19 TokenPolicy "api" is defined twice, first at a.yaml:3 | rename one of the two',
    ]);
    expect(problems[0]?.at?.file).toBe('b.yaml');
  });

  it('may be the same for documents of different kinds', () => {
    const inventory =
      'apiVersion: firebreak.dev/v1alpha1\nkind: Inventory\nmetadata: { name: api }\nspec:\n  environments: [{ name: a, class: lab, allow: [] }]\n  issuers: [{ name: i, environment: a, issuer: i, jwks_uri: lab://issuer/jwks }]\n  verifiers: []\n';
    expect(checkNames([validOf(POLICY), validOf(inventory)])).toEqual([]);
  });
});

describe('the documents of this repository', () => {
  it.for(['policies/lab.yaml', 'policies/lab-inventory.yaml'])('%s is valid as it is', (file) => {
    const { documents, problems } = parseDocuments(file, readFileSync(file, 'utf8'));
    expect(told([...problems, ...documents.flatMap((source) => validateDocument(source).problems)])).toEqual([]);
    expect(documents.length).toBeGreaterThan(0);
  });
});
