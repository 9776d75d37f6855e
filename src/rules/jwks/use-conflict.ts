import type { Report, Rule } from '../../model/finding.ts';
import type { KeyFacts } from '../../model/key.ts';
import { EC_GOOD, keySetText } from '../example-keys.ts';
import { isEncryptionAlgorithm, nameOf, subjectOf } from '../key-diagnosis.ts';

/** RFC 7517 section 4.3: what each `use` can be combined with. */
const SIGNATURE_OPERATIONS = ['sign', 'verify'];
const ENCRYPTION_OPERATIONS = ['encrypt', 'decrypt', 'wrapKey', 'unwrapKey', 'deriveKey', 'deriveBits'];

/** Operations that need the private half. */
const PRIVATE_OPERATIONS = ['sign', 'decrypt', 'unwrapKey'];

export const rule: Rule<'jwks'> = {
  id: 'jwks/use-conflict',
  on: 'jwks',
  severity: 'error',
  securitySeverity: 5,
  confidence: 'certain',
  summary: 'What a key says about its use contradicts itself.',
  why: 'Verifiers look at different members: some take a key that is marked for encryption, some one that only claims to sign. A key for two purposes lets one protocol attack the other.',
  fix: 'Write use sig and nothing else, or key_ops ["verify"]; publish encryption keys separately.',
  sources: ['RFC 7517 sections 4.2 and 4.3', 'RFC 8725 section 3.1'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'jwks.json': keySetText({ ...EC_GOOD, use: 'enc' }) } },
      { files: { 'jwks.json': keySetText({ ...EC_GOOD, key_ops: ['sign'] }) } },
    ],
    good: [
      { files: { 'jwks.json': keySetText(EC_GOOD) } },
      { files: { 'jwks.json': keySetText({ ...EC_GOOD, key_ops: ['verify'] }) } },
    ],
  },
  *check({ keys }): Iterable<Report> {
    for (const key of keys) {
      for (const [member, conflict] of conflictsOf(key)) {
        yield {
          at: key.locate(member),
          message: `${nameOf(key)}: ${conflict}`,
          subject: `${subjectOf(key)}.${member}`,
          value: conflict,
        };
      }
    }
  },
};

function conflictsOf({ use, keyOps, alg, kty, diagnoses }: KeyFacts): readonly (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [];
  const operations = keyOps ?? [];
  const has = (candidates: readonly string[]): string | undefined =>
    operations.find((each) => candidates.includes(each));
  if (new Set(operations).size < operations.length) found.push(['key_ops', 'key_ops names an operation twice']);
  const isPublic = kty !== 'oct' && !diagnoses.some(({ weakness }) => weakness === 'private-material');
  const secret = has(PRIVATE_OPERATIONS);
  if (isPublic && secret !== undefined) found.push(['key_ops', `key_ops has ${secret}, which a public key cannot do`]);
  const other = use === 'sig' ? has(ENCRYPTION_OPERATIONS) : use === 'enc' ? has(SIGNATURE_OPERATIONS) : undefined;
  if (other !== undefined) found.push(['key_ops', `use is ${use}, but key_ops has ${other}`]);
  if (alg === null) return found;
  if (use === 'enc' && isSignatureAlgorithm(alg)) found.push(['use', `use is enc, but alg ${alg} is for signatures`]);
  if (use === 'sig' && isEncryptionAlgorithm(alg)) found.push(['use', `use is sig, but alg ${alg} is for encryption`]);
  return found;
}

/** RFC 7518 section 3.1, RFC 8812 section 3.2, RFC 9864 section 2. */
function isSignatureAlgorithm(alg: string): boolean {
  return /^(?:(?:RS|PS|ES|HS)(?:256|384|512)|ES256K|EdDSA|Ed25519|Ed448)$/.test(alg);
}
