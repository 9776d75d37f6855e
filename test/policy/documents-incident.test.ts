import { describe, expect, it } from 'vitest';
import { readIncident } from '../../src/policy/read-incident.ts';
import { validateDocument } from '../../src/policy/validate.ts';
import { sourceOf, told, validOf } from './documents-read.ts';

const HASH = 'a'.repeat(64);

const TEXT = `apiVersion: firebreak.dev/v1alpha1
kind: Incident
metadata: { name: inc-1, owner: '@ana' }
spec:
  issuer: https://id.example.com
  leaked:
    kid: main-1
  since: 2026-11-30T08:00:00Z
  opened: 2026-11-30T09:00:00+01:00
  lead: '@ana'
  environments: [prod]
`;

const TOKEN = ['{"alg":"ES256"}', '{"jti":"t-1"}', 'signature']
  .map((part) => Buffer.from(part).toString('base64url'))
  .join('.');

function faultsOf(text: string): readonly string[] {
  const { document, problems } = validateDocument(sourceOf(text));
  return told(document === null ? problems : readIncident(document).problems);
}

describe('reading an incident', () => {
  it('gives what leaked and its instants', () => {
    expect(readIncident(validOf(TEXT))).toMatchObject({
      problems: [],
      incident: {
        name: 'inc-1',
        issuer: 'https://id.example.com',
        leaked: { kind: 'kid', value: 'main-1' },
        since: Date.parse('2026-11-30T08:00:00Z'),
        opened: Date.parse('2026-11-30T08:00:00Z'),
        lead: '@ana',
        environments: ['prod'],
      },
    });
  });

  it.for([
    [`refresh_token: { sha256: ${HASH} }`, { kind: 'refresh_token', sha256: HASH }],
    ['client_id: web', { kind: 'client_id', value: 'web' }],
    ['sid: s-1', { kind: 'sid', value: 's-1' }],
    ['hmac_secret: { kid: h-1 }', { kind: 'hmac_secret', kid: 'h-1' }],
    ['hmac_secret: {}', { kind: 'hmac_secret', kid: null }],
    [
      `token: { sha256: ${HASH}, header: { kid: k }, claims: { jti: j, aud: [a], iat: 5 } }`,
      { kind: 'token', kid: 'k', alg: null, claims: { jti: 'j', aud: ['a'], iat: 5, exp: null, sub: null } },
    ],
  ] as const)('reads %s', ([text, leaked]) => {
    expect(readIncident(validOf(TEXT.replace('kid: main-1', text))).incident?.leaked).toMatchObject(leaked);
  });

  it.for([
    [
      'kid: main-1',
      'kid: main-1\n    sid: s-1',
      /7:5? ?.*an incident is about one credential, this one names kid and sid/,
    ],
    ['    kid: main-1', '    {}', /an incident is about one credential, this one names none/],
    ['kid: main-1', 'hmac_secret: { secret: x }', /secret/],
    ['  issuer: https://id.example.com\n', '', null],
    ['since: 2026-11-30T08:00:00Z', 'since: 2026-02-30T08:00:00Z', /there is no instant "2026-02-30T08:00:00Z"/],
    ['kid: main-1', `kid: ${TOKEN}`, /a whole token or key stands here/],
    ['kid: main-1', 'token: { sha256: abc }', /sha256|abc/],
    ["lead: '@ana'", 'lead: nobody', /nobody|lead/],
  ] as const)('judges %s as %s', ([part, by, says]) => {
    const faults = faultsOf(TEXT.replace(part, by));
    if (says === null) expect(faults).toEqual([]);
    else expect(faults.join('\n')).toMatch(says);
    expect(faults.join('\n')).not.toContain(TOKEN);
  });

  it('needs the issuer of a shared secret', () => {
    const text = TEXT.replace('  issuer: https://id.example.com\n', '').replace('kid: main-1', 'hmac_secret: {}');
    expect(faultsOf(text).join()).toContain('an hmac_secret that leaked needs the issuer');
  });
});
