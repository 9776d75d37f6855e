import type { Report, Rule } from '../../model/finding.ts';
import type { KeyFacts } from '../../model/key.ts';
import { documentOf, keySetsOf, listIn } from '../discovery-facts.ts';
import { historyText } from '../example-history.ts';
import { RSA_GOOD } from '../example-keys.ts';
import { isForSignatures, nameOf, subjectOf } from '../key-diagnosis.ts';

export const rule: Rule<'discovery'> = {
  id: 'discovery/alg-without-key',
  on: 'discovery',
  severity: 'warning',
  securitySeverity: 3,
  confidence: 'likely',
  summary:
    'An issuer offers a signature algorithm for which it publishes no key, or signs with one that it does not offer.',
  why: 'A rotation to a new algorithm was done by half: clients that pick the algorithm get tokens nobody can verify, or verifiers that trust the list refuse good ones.',
  fix: 'Publish the key before the algorithm is offered; remove the algorithm when its last key goes.',
  sources: ['OpenID Connect Discovery 1.0 section 3', 'RFC 7517 section 4.4'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'jwks-history/id.example.com.ndjson': historyText([
            {
              at: '2026-05-01T00:00:00Z',
              keys: [RSA_GOOD],
              discovery: { id_token_signing_alg_values_supported: ['ES256', 'RS256'] },
            },
          ]),
        },
      },
    ],
    good: [
      {
        files: {
          'jwks-history/id.example.com.ndjson': historyText([
            { at: '2026-05-01T00:00:00Z', keys: [RSA_GOOD], discovery: {} },
          ]),
        },
      },
    ],
  },
  *check(document, estate): Iterable<Report> {
    const name = 'id_token_signing_alg_values_supported';
    const offered = listIn(document, name);
    const keys = keySetsOf(document, estate)
      .flatMap((set) => set.keys)
      .filter(isForSignatures);
    if (offered.length === 0 || keys.length === 0) return;
    const orphans = offered.filter((alg) => isPublicKeyAlgorithm(alg) && !keys.some((key) => couldSign(key, alg)));
    if (orphans.length > 0) {
      yield {
        at: document.locate(name),
        message: `no published key could sign ${orphans.join(', ')}`,
        subject: `${documentOf(document)}/${name}`,
        value: orphans.join(' '),
      };
    }
    for (const key of keys.filter(({ alg }) => alg !== null && isPublicKeyAlgorithm(alg) && !isOffered(alg, offered))) {
      yield {
        at: key.locate('alg'),
        message: `${nameOf(key)} is for ${key.alg ?? ''}, which ${name} does not offer`,
        // Access tokens and other APIs may use it; the list is about ID tokens.
        severity: 'info',
        subject: `${documentOf(document)}/${subjectOf(key)}`,
        value: key.alg ?? '',
        related: [{ at: document.locate(name), message: 'what is offered' }],
      };
    }
  },
};

/** Kind of key and curve of an algorithm: RFC 7518 section 3.1, RFC 8812, RFC 8037, RFC 9864. */
const KEYS: readonly (readonly [RegExp, string, string | null])[] = [
  [/^(?:RS|PS)\d+$/, 'RSA', null],
  [/^ES256$/, 'EC', 'P-256'],
  [/^ES384$/, 'EC', 'P-384'],
  [/^ES512$/, 'EC', 'P-521'],
  [/^ES256K$/, 'EC', 'secp256k1'],
  [/^Ed25519$/, 'OKP', 'Ed25519'],
  [/^Ed448$/, 'OKP', 'Ed448'],
  [/^EdDSA$/, 'OKP', null],
];

function isPublicKeyAlgorithm(alg: string): boolean {
  return KEYS.some(([pattern]) => pattern.test(alg));
}

function couldSign(key: KeyFacts, alg: string): boolean {
  if (key.alg !== null) return isOffered(key.alg, [alg]);
  return KEYS.some(
    ([pattern, kty, crv]) =>
      pattern.test(alg) && key.kty === kty && (crv === null || key.crv === null || key.crv === crv),
  );
}

/** EdDSA stands for both of its curves (RFC 9864 section 2.2). */
function isOffered(alg: string, offered: readonly string[]): boolean {
  const isEdwards = (each: string): boolean => ['EdDSA', 'Ed25519', 'Ed448'].includes(each);
  return (
    offered.includes(alg) ||
    (isEdwards(alg) && offered.some((each) => isEdwards(each) && (each === 'EdDSA' || alg === 'EdDSA')))
  );
}
