import type { Report, Rule } from '../../model/finding.ts';
import { discoveryText } from '../example-discovery.ts';
import { policyText } from '../example-documents.ts';
import { quoted } from '../discovery-facts.ts';
import type { Estate } from '../../model/finding.ts';

export const rule: Rule<'discovery'> = {
  id: 'discovery/issuer-mismatch',
  on: 'discovery',
  severity: 'error',
  securitySeverity: 8,
  confidence: 'certain',
  summary: 'A discovery document names another issuer than the one that was asked.',
  why: "The issuer is the name under which keys are trusted. A document that claims somebody else's name lets its keys sign for them, and one that writes its own name differently makes every verifier that compares as it must refuse the tokens.",
  fix: 'Make issuer the very text that clients, policies and the iss claim use: same case, same slash at the end.',
  sources: ['RFC 8414 section 3.3', 'OpenID Connect Discovery 1.0 section 4.3', 'RFC 9207 section 2.4'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policy.yaml': policyText('orders', 'issuers:\n  - issuer: https://id.example.com'),
          'openid-configuration.json': discoveryText({ issuer: 'https://id.example.com/' }),
        },
        note: 'A recorded document is held against the issuers of the policies; an audit against the one it asked.',
      },
    ],
    good: [
      {
        files: {
          'policy.yaml': policyText('orders', 'issuers:\n  - issuer: https://id.example.com'),
          'openid-configuration.json': discoveryText(),
        },
      },
    ],
  },
  *check(document, estate): Iterable<Report> {
    const { issuer, expectedIssuer } = document;
    // A template stands for many issuers; discovery/issuer-shape tells of it.
    if (issuer === null || issuer === '' || issuer.includes('{')) return;
    const expected = expectedIssuer ?? nearMiss(issuer, estate);
    if (expected === null || expected === issuer) return;
    yield {
      at: document.locate('issuer'),
      message: `issuer is ${quoted(issuer)}, ${expectedIssuer === null ? 'policies and inventories write' : 'asked was'} ${quoted(expected)}${isNear(issuer, expected) ? ': only the spelling differs, and it is compared code point for code point' : ''}`,
      subject: 'issuer',
      value: issuer,
    };
  },
};

/** An issuer that is known under another spelling only; null when this spelling is known, or none like it. */
function nearMiss(issuer: string, { policies, inventories }: Estate): string | null {
  const known = [
    ...policies.flatMap((policy) => policy.issuers.value.map((each) => each.issuer)),
    ...inventories.flatMap((inventory) => inventory.issuers.map((each) => each.issuer)),
  ];
  return known.includes(issuer) ? null : (known.find((each) => isNear(each, issuer)) ?? null);
}

function isNear(left: string, right: string): boolean {
  return plain(left) === plain(right);
}

function plain(issuer: string): string {
  return issuer
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/(?<!\/)\/+$/, '');
}
