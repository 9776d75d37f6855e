import { describe, expect, it } from 'vitest';
import { readRevocation } from '../../src/policy/read-revocation.ts';
import { validateDocument } from '../../src/policy/validate.ts';
import { sourceOf, told, validOf } from './documents-read.ts';

const TEXT = `apiVersion: firebreak.dev/v1alpha1
kind: Revocation
metadata: { name: inc-1, owner: '@identity' }
spec:
  issuer: https://id.example.com
  environments: [prod]
  revoke:
    - kid: k-1
    - { jti: t-1, status_index: 7 }
    - { sub: u-1, issued_before: 2026-06-01T12:00:00+02:00 }
    - issued_before: 2026-06-01T12:00:00Z
  reason: found in a public image by the scanner
  incident: INC-1
  created: 2026-06-01
  expires: 2026-06-30T12:00:00Z
`;

/** An unsigned token; what is behind its dots is all that a test needs. */
const TOKEN = ['{"alg":"ES256"}', '{"jti":"t-1"}', 'signature']
  .map((part) => Buffer.from(part).toString('base64url'))
  .join('.');

function faultsOf(text: string): readonly string[] {
  const { document, problems } = validateDocument(sourceOf(text));
  return told(document === null ? problems : readRevocation(document).problems);
}

describe('reading a revocation', () => {
  it('gives its entries and instants', () => {
    const { revocation, problems } = readRevocation(validOf(TEXT));
    expect(problems).toEqual([]);
    expect(revocation).toMatchObject({
      name: 'inc-1',
      owner: '@identity',
      issuer: 'https://id.example.com',
      environments: ['prod'],
      incident: 'INC-1',
      created: { text: '2026-06-01', ends: Date.parse('2026-06-02T00:00:00Z') },
      expires: { ends: Date.parse('2026-06-30T12:00:00Z') },
      entries: [
        { by: 'kid', value: 'k-1', issuedBefore: null, statusIndex: null, at: { line: 8, column: 12 } },
        { by: 'jti', value: 't-1', statusIndex: 7 },
        { by: 'sub', value: 'u-1', issuedBefore: { ends: Date.parse('2026-06-01T10:00:00Z') } },
        { by: null, value: null, issuedBefore: { ends: Date.parse('2026-06-01T12:00:00Z') } },
      ],
    });
  });

  it.for([
    {
      name: 'an entry that names two things',
      part: 'kid: k-1',
      by: '{ kid: k-1, jti: t-1 }',
      says: [
        '8:7 an entry names one thing, this one names kid and jti | write one entry for each: any of them is enough to refuse a token',
      ],
    },
    {
      name: 'an entry that names nothing',
      part: 'kid: k-1',
      by: '{}',
      says: [
        '8:7 this entry says nothing that is refused | add one of kid, jti, sid, sub, client_id, or issued_before',
      ],
    },
    {
      name: 'a cut-off of a key',
      part: 'sub: u-1',
      by: 'kid: u-1',
      says: ['10:34 issued_before does not go with kid | leave issued_before out, or name sub or client_id instead'],
    },
    {
      name: 'an index of a session',
      part: 'jti: t-1,',
      by: 'sid: t-1,',
      says: ['9:33 status_index is the index of one token | name the token too: jti: and its id'],
    },
    {
      name: 'a day as a cut-off',
      part: '- issued_before: 2026-06-01T12:00:00Z',
      by: '- issued_before: 2026-06-01',
      says: [
        '11:22 spec.revoke[3].issued_before is "2026-06-01", not an instant | write day, time and zone: 2027-01-31T12:00:00Z',
      ],
    },
    {
      name: 'a day that no calendar has',
      part: '2026-06-30T12:00:00Z',
      by: '2026-06-31',
      says: ['15:12 there is no day or instant "2026-06-31" | write one that calendar and clock have'],
    },
    {
      name: 'a day that no calendar has, with a time',
      part: '2026-06-30T12:00:00Z',
      by: '2026-02-30T12:00:00Z',
      says: ['15:12 there is no day or instant "2026-02-30T12:00:00Z" | write one that calendar and clock have'],
    },
    {
      name: 'an hour that no clock has',
      part: '2026-06-30T12:00:00Z',
      by: '2026-06-30T25:00:00Z',
      says: ['15:12 there is no day or instant "2026-06-30T25:00:00Z" | write one that calendar and clock have'],
    },
    {
      name: 'an end before the begin',
      part: '2026-06-30T12:00:00Z',
      by: '2026-05-30',
      says: ['15:12 it ends before it was created | correct one of created and expires'],
    },
    {
      name: 'a value that no identifier is as long as',
      part: 'kid: k-1',
      by: `kid: ${'k'.repeat(1025)}`,
      says: ['8:12 this value has 1025 characters, at most 1024 are compared | name the id only'],
    },
    {
      name: 'half of a character',
      part: 'kid: k-1',
      by: String.raw`kid: "k\ud800"`,
      says: [String.raw`8:12 "k\ud800" holds half of a character | copy the value again`],
    },
  ])('refuses $name', ({ part, by, says }) => {
    expect(TEXT).toContain(part);
    expect(faultsOf(TEXT.replace(part, by))).toEqual(says);
  });

  it.for([
    { name: 'where its id belongs', part: 'jti: t-1,', by: `jti: ${TOKEN},` },
    { name: 'in the reason', part: 'found in a public image', by: `found ${TOKEN} in a public image` },
    { name: 'in the name of the incident', part: 'INC-1', by: TOKEN },
    { name: 'in a label', part: "owner: '@identity'", by: `owner: '@identity', labels: { token: ${TOKEN} }` },
  ])('refuses a token $name, and does not show it', ({ part, by }) => {
    const [fault = '', ...more] = faultsOf(TEXT.replace(part, by));
    expect(more).toEqual([]);
    expect(fault).toContain('a whole token or key stands here');
    expect(fault).not.toContain(TOKEN.slice(-9));
  });

  it.for(['owner', 'reason', 'created', 'expires', 'revoke'])('asks for %s', (member) => {
    const [fault] = faultsOf(
      member === 'owner'
        ? TEXT.replace(", owner: '@identity'", '')
        : TEXT.replace(`  ${member}:`, `  # ${member}:`).replaceAll(/^ {4}- .*\n/gm, member === 'revoke' ? '' : '$&'),
    );
    expect(fault).toContain(`lacks "${member}"`);
  });
});
