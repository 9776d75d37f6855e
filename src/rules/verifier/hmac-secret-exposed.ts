import type { Estate, Report, Rule } from '../../model/finding.ts';
import { isForDevelopment, labelOf, subjectOf } from '../config-facts.ts';
import { haproxy } from '../example-configs.ts';
import type { HeldSecret } from '../held-secrets.ts';
import { heldSecrets } from '../held-secrets.ts';

/** RFC 7518 section 3.2: a key of the size of the hash or larger must be used. */
const OCTETS: Readonly<Record<string, number>> = { HS256: 32, HS384: 48, HS512: 64 };

/** Fewer bits are searched through on rented computers. */
const FEW_BITS = 80;

const CHECK = (secret: string): string =>
  haproxy([`http-request deny unless { var(txn.bearer),jwt_verify('HS256',"${secret}") 1 }`]);
const SECRET = 'Rt7kq2Vw9Zx4Lp8Nf3Gh6Js1Bd5Mc0Ya';

export const rule: Rule<'estate'> = {
  id: 'verifier/hmac-secret-exposed',
  on: 'estate',
  severity: 'error',
  securitySeverity: 7.9,
  confidence: 'certain',
  summary: 'The secret that tokens are signed with is short, or many services hold it.',
  why: 'One token is enough to try short secrets on, with no request that anybody could notice. And with a secret whoever verifies can also sign, so a breach of the least service mints tokens for all of them.',
  fix: 'Use a random secret as long as the hash (32 octets for HS256) for each pair of issuer and service, or sign with a private key that one place holds.',
  sources: ['RFC 7518 section 3.2', 'RFC 8725 section 3.5', 'OWASP ASVS 5.0 11.1.1'],
  since: '0.1.0',
  examples: {
    bad: [
      { files: { 'haproxy.cfg': CHECK('tulips4u') } },
      {
        files: { 'orders/haproxy.cfg': CHECK(SECRET), 'billing/haproxy.cfg': CHECK(SECRET) },
        note: 'Two services that verify with one secret can write tokens for each other: a warning.',
      },
    ],
    good: [
      { files: { 'haproxy.cfg': CHECK(SECRET) } },
      { files: { 'orders/haproxy.cfg': CHECK(SECRET), 'billing/haproxy.cfg': CHECK('${BILLING_SECRET}') } },
    ],
  },
  *check(estate): Iterable<Report> {
    const held = secretsOf(estate);
    yield* short(held);
    yield* shared(held);
  },
};

/** Those that everybody knows have a rule of their own. */
function secretsOf({ configs }: Estate): readonly HeldSecret[] {
  const deployed = configs.filter((config) => !isForDevelopment(config));
  return [...heldSecrets(deployed, ({ secret: { kind, wellKnown } }) => kind === 'hmac' && wellKnown === null)];
}

function* short(held: readonly HeldSecret[]): Iterable<Report> {
  for (const { config, secret } of held) {
    const { octets, entropy, algorithm, origin, at, digest } = secret;
    const name = algorithm !== null && OCTETS[algorithm] !== undefined ? algorithm : 'HS256';
    const needed = OCTETS[name] ?? 32;
    if (octets >= needed) continue;
    yield {
      at,
      message: `${labelOf(config)} has an HMAC secret of ${octets} octets; ${name} needs ${needed}`,
      severity: octets * entropy < FEW_BITS && origin === 'literal' ? 'error' : 'warning',
      subject: subjectOf(config, 'secrets[hmac].octets'),
      value: digest,
    };
  }
}

/** An issuer and one verifier share a secret by necessity; a second verifier is one too many. */
function* shared(held: readonly HeldSecret[]): Iterable<Report> {
  const groups = new Map<string, HeldSecret[]>();
  for (const each of held) groups.set(each.secret.digest, [...(groups.get(each.secret.digest) ?? []), each]);
  for (const [digest, group] of groups) {
    const files = new Set(group.map(({ secret }) => secret.at.file));
    const verifiers = group.filter(({ config }) => config.kind === 'verifier');
    const [first, ...others] = new Set(verifiers.map(({ secret }) => secret.at.file));
    const last = verifiers.findLast(({ secret }) => secret.at.file !== first);
    if (last === undefined || others.length === 0) continue;
    yield {
      at: last.secret.at,
      message: `${labelOf(last.config)} verifies with a secret that ${files.size} files hold; each of these services can sign for the others`,
      severity: 'warning',
      subject: subjectOf(last.config, 'secrets[hmac].shared'),
      value: digest,
      related: group
        .filter(({ secret }) => secret.at.file !== last.secret.at.file)
        .map(({ config, secret }) => ({ at: secret.at, message: `the same secret: ${labelOf(config)}` })),
    };
  }
}
