import type { Report, Rule } from '../../model/finding.ts';
import type { EffectivePolicy, TokenClass } from '../../model/policy.ts';
import { policyText } from '../example-documents.ts';
import { isNone, jwtClasses, ownWords } from '../policy-facts.ts';

/** Signature algorithms of the IANA registry "JSON Web Signature and Encryption Algorithms". */
const REGISTERED: readonly string[] = [
  // RFC 7518 section 3.1
  'HS256 HS384 HS512 RS256 RS384 RS512 ES256 ES384 ES512 PS256 PS384 PS512 none',
  // RFC 8037 section 3.1, RFC 8812 section 3.2, RFC 9864 section 2, RFC 9964
  'EdDSA ES256K Ed25519 Ed448 ML-DSA-44 ML-DSA-65 ML-DSA-87',
].flatMap((names) => names.split(' '));

export const rule: Rule<'policy'> = {
  id: 'policy/alg-unregistered',
  on: 'policy',
  severity: 'error',
  securitySeverity: 5.3,
  confidence: 'certain',
  summary: 'An accepted algorithm is no registered signature algorithm.',
  why: 'Algorithm names are compared exactly and with case, so a misspelt one accepts nothing: every legitimate token is refused, and the quick repair is to drop the list. Some libraries take unknown names for a weaker choice instead.',
  fix: 'Use the name of the IANA registry: ES256, PS256, Ed25519 and so on.',
  sources: ['RFC 7515 section 4.1.1', 'RFC 7518 section 3.1', 'RFC 9864 section 2'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'policy.yaml': policyText('orders', 'tokens:\n  access_token:\n    algorithms: [ES512, ES521]') } },
      { files: { 'policy.yaml': policyText('orders', 'tokens:\n  access_token:\n    algorithms: [es256]') } },
    ],
    good: [
      { files: { 'policy.yaml': policyText('orders', 'tokens:\n  access_token:\n    algorithms: [ES512, Ed25519]') } },
    ],
  },
  *check(policy) {
    for (const { tokenClass, algorithms } of jwtClasses(policy)) {
      for (const { word: algorithm, at } of ownWords(algorithms, policy)) {
        // Spellings of none have a rule of their own.
        if (REGISTERED.includes(algorithm) || isNone(algorithm)) continue;
        const close = sameLetters(algorithm);
        yield {
          at,
          message: `algorithm "${algorithm}" for tokens of class ${tokenClass} is not registered${close === undefined ? '' : `; did you mean ${close}?`}`,
          subject: `policy ${policy.name}/tokens.${tokenClass}.algorithms`,
          value: algorithm,
          ...(close === undefined ? {} : repairOf(policy, tokenClass, { algorithm, close, all: algorithms.value })),
        };
      }
    }
  },
};

/** The name that was meant, or nothing where it stands there too. */
function repairOf(
  policy: EffectivePolicy,
  tokenClass: TokenClass,
  { algorithm, close, all }: { readonly algorithm: string; readonly close: string; readonly all: readonly string[] },
): Pick<Report, 'fix'> {
  const pointer = `/spec/tokens/${tokenClass}/algorithms`;
  const change = all.includes(close)
    ? ({ kind: 'remove-item', pointer, item: algorithm } as const)
    : ({ kind: 'replace-item', pointer, item: algorithm, by: close } as const);
  const title = change.kind === 'remove-item' ? `remove it: ${close} is in the list` : `write ${close}`;
  return { fix: { title, safe: true, document: policy.at, changes: [change] } };
}

/** A registered name of the same characters: other case, swapped digits, a dash too many. */
function sameLetters(algorithm: string): string | undefined {
  const letters = (name: string): string =>
    Array.from(name.toLowerCase().replaceAll(/[^a-z0-9]/g, ''))
      .sort()
      .join('');
  return REGISTERED.find((name) => letters(name) === letters(algorithm));
}
