import type { Report, Rule, RuleMeta } from '../model/finding.ts';
import type { KeyFacts, KeyWeakness } from '../model/key.ts';

/** What a rule over one weakness says about itself; the check follows from the weakness. */
export type DiagnosisMeta = Omit<RuleMeta, 'on'>;

/** A rule that reports every diagnosis of one weakness at the member that shows it, with the severity of the diagnosis. */
export function diagnosisRule(weakness: KeyWeakness, meta: DiagnosisMeta): Rule<'jwks'> {
  return {
    ...meta,
    on: 'jwks',
    *check({ keys }): Iterable<Report> {
      for (const key of keys) {
        for (const { message, member, severity } of key.diagnoses.filter((each) => each.weakness === weakness)) {
          yield {
            at: member === null ? key.at : key.locate(member),
            message: `${nameOf(key)}: ${message}`,
            severity,
            subject: member === null ? subjectOf(key) : `${subjectOf(key)}.${member}`,
            // Never the member's value: it may be a private one.
            value: key.thumbprint ?? message,
          };
        }
      }
    },
  };
}

/** Names a key for people: `key "k1"`, or its place in the set when it has no `kid`. */
export function nameOf({ kid, index }: KeyFacts): string {
  return kid === null ? `key number ${index + 1}` : `key ${JSON.stringify(kid.slice(0, 80))}`;
}

/** Names a key across reordering: by `kid`, else by thumbprint, and by its place only when it has neither. */
export function subjectOf({ kid, thumbprint, index }: KeyFacts): string {
  if (kid !== null) return `keys[kid=${kid}]`;
  return thumbprint === null ? `keys[${index}]` : `keys[thumbprint=${thumbprint}]`;
}

/**
 * What makes two entries the same key: the modulus, or the thumbprint. Leading zeros and padding do not make another
 * RSA key. Null for symmetric and broken keys.
 */
export function materialOf({ modulusHex, thumbprint }: KeyFacts): string | null {
  return modulusHex ?? thumbprint;
}

/** Whether verifiers could use the key for signatures (RFC 7517 sections 4.2 and 4.3). */
export function isForSignatures({ use, keyOps, alg, crv }: KeyFacts): boolean {
  if (use !== null) return use === 'sig';
  if (keyOps !== null) return keyOps.includes('verify') || keyOps.includes('sign');
  if (crv === 'X25519' || crv === 'X448') return false;
  return alg === null || !isEncryptionAlgorithm(alg);
}

/** RFC 7518 sections 4.1 and 5.1: algorithms that manage or encrypt content keys. */
export function isEncryptionAlgorithm(alg: string): boolean {
  return /^(?:RSA1_5|RSA-OAEP|ECDH-ES|PBES2|dir|A\d{3}(?:KW|GCM|CBC))/.test(alg);
}
