import type { Rule } from '../../model/finding.ts';
import type { Revocation, RevocationEntry } from '../../model/revocation.ts';
import { showEntry } from '../../model/revocation.ts';
import { revocationText } from '../example-revocations.ts';

const EXPIRES = '2026-06-30';

interface Said {
  readonly revocation: Revocation;
  readonly entry: RevocationEntry;
}

export const rule: Rule<'estate'> = {
  id: 'revocation/entry-duplicate',
  on: 'estate',
  severity: 'warning',
  securitySeverity: 2.0,
  confidence: 'certain',
  summary: 'The same thing is revoked twice.',
  why: 'Whoever takes one of the two back believes that it is accepted again, and it is not. Two ends for one thing make nobody certain which of them counts.',
  fix: 'Keep the entry with the later end and remove the other.',
  sources: ['docs/render.md'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'revocation.yaml': revocationText({ revoke: ['jti: t-1', 'jti: t-1'], expires: EXPIRES }) } },
      {
        files: {
          'a.yaml': revocationText({ name: 'inc-1', revoke: ['sub: user-1'], expires: EXPIRES }),
          'b.yaml': revocationText({ name: 'inc-2', revoke: ['sub: user-1'], issuer: null, expires: EXPIRES }),
        },
      },
    ],
    good: [
      { files: { 'revocation.yaml': revocationText({ revoke: ['jti: t-1', 'jti: t-2'], expires: EXPIRES }) } },
      {
        files: {
          'a.yaml': revocationText({ name: 'inc-1', revoke: ['jti: t-1', 'sid: t-1'], expires: EXPIRES }),
          'b.yaml': revocationText({
            name: 'inc-2',
            revoke: ['jti: t-1'],
            issuer: 'https://other.example.com',
            expires: EXPIRES,
          }),
        },
      },
    ],
  },
  *check({ revocations = [], now }) {
    const seen = new Map<string, Said[]>();
    for (const revocation of revocations.filter(({ expires }) => expires.ends > now)) {
      for (const entry of revocation.entries) {
        const key = JSON.stringify([entry.by, entry.value, entry.issuedBefore !== null]);
        const before = seen.get(key)?.find((said) => meet(said.revocation, revocation));
        seen.set(key, [...(seen.get(key) ?? []), { revocation, entry }]);
        if (before === undefined) continue;
        yield {
          at: entry.at,
          message: `${showEntry(entry)} is revoked already, by "${before.revocation.name}" until ${before.revocation.expires.text}`,
          subject: `revocation ${revocation.name}/${showEntry(entry)}`,
          value: before.revocation.name,
          related: [{ at: before.entry.at, message: `revocation "${before.revocation.name}"` }],
        };
      }
    }
  },
};

/** Whether some token, somewhere, is about both. */
function meet(a: Revocation, b: Revocation): boolean {
  const sameIssuer = a.issuer === null || b.issuer === null || a.issuer === b.issuer;
  const first = a.environments;
  const second = b.environments;
  return sameIssuer && (first === null || second === null || first.some((name) => second.includes(name)));
}
