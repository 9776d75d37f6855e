import type { Estate, Report, Rule } from '../../model/finding.ts';
import { toTimestamp } from '../../model/instant.ts';
import type { EffectivePolicy } from '../../model/policy.ts';
import type { Bound } from '../../model/quantity.ts';
import { isFiniteBound, showBound, sumBounds } from '../../model/quantity.ts';
import type { Revocation } from '../../model/revocation.ts';
import { showEntry } from '../../model/revocation.ts';
import { revocablePolicy, revocationText } from '../example-revocations.ts';
import { jwtClasses } from '../policy-facts.ts';
import { policiesRevoked } from '../revoked-policies.ts';

const POLICY = revocablePolicy('jti, kid');

export const rule: Rule<'estate'> = {
  id: 'revocation/expires-early',
  on: 'estate',
  severity: 'error',
  securitySeverity: 7.6,
  confidence: 'certain',
  summary: 'A Revocation ends while tokens that it refuses are still accepted.',
  why: 'A refused token comes back to life on the day its entry ends, long after everybody has stopped looking. The leeway of verifiers counts: they accept a token past its exp.',
  fix: 'Set expires to created plus the longest lifetime that a policy of the issuer allows plus its leeway, or later. An entry with a kid stays until the key has left the JWKS and every cache.',
  sources: ['RFC 7519 section 4.1.4', 'RFC 7009 section 2.1', 'docs/render.md'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policy.yaml': POLICY,
          'revocation.yaml': revocationText({ revoke: ['jti: t-4711'], expires: '2026-06-01T13:00:00Z' }),
        },
      },
      {
        files: {
          'policy.yaml': POLICY,
          'revocation.yaml': revocationText({ revoke: ['kid: main-1'], expires: '2026-06-01T14:00:00Z' }),
        },
        note: 'Of a kid it is a note only: no lifetime says how long a thief can sign new tokens.',
      },
    ],
    good: [
      {
        files: {
          'policy.yaml': POLICY,
          'revocation.yaml': revocationText({ revoke: ['jti: t-4711'], expires: '2026-06-01T13:01:00Z' }),
        },
      },
      {
        files: {
          'policy.yaml': POLICY,
          'revocation.yaml': revocationText({
            revoke: ['issued_before: 2026-06-01T11:00:00Z'],
            expires: '2026-06-01T12:30:00Z',
          }),
        },
        note: 'Tokens from before a cut-off end the sooner.',
      },
    ],
  },
  *check({ revocations = [] }, estate) {
    for (const revocation of revocations) {
      yield* tokensOutlive(revocation, estate);
      yield* keysOutlive(revocation, estate);
    }
  },
};

interface Life {
  readonly policy: EffectivePolicy;
  readonly parts: string;
  readonly total: Bound;
}

/** One finding for the entry whose tokens live longest. */
function* tokensOutlive(revocation: Revocation, estate: Estate): Iterable<Report> {
  const { name, expires, created, entries } = revocation;
  const from = entries.filter(({ by }) => by !== 'kid').map(({ issuedBefore }) => issuedBefore ?? created);
  const life = longest(policiesRevoked(revocation, estate).flatMap(livesOfTokens));
  if (from.length === 0 || life === null) return;
  const issued = Math.max(...from.map(({ ends }) => ends));
  const until = isFiniteBound(life.total) ? issued + life.total : Infinity;
  if (expires.ends >= until) return;
  const accepted = until === Infinity ? 'for ever' : `until ${toTimestamp(until)}`;
  yield {
    at: expires.at,
    message: `revocation "${name}" ends ${expires.text}, but tokens that it refuses are accepted ${accepted} (${life.parts}, policy "${life.policy.name}")`,
    subject: `revocation ${name}/expires`,
    value: `${expires.ends}<${until}`,
    related: [{ at: life.policy.at, message: `policy "${life.policy.name}"` }],
  };
}

/** A note for each key that caches may keep for longer. */
function* keysOutlive(revocation: Revocation, estate: Estate): Iterable<Report> {
  const { name, expires, created, entries } = revocation;
  const life = longest(policiesRevoked(revocation, estate).map(lifeOfKey));
  if (life === null) return;
  const until = isFiniteBound(life.total) ? created.ends + life.total : Infinity;
  if (expires.ends >= until) return;
  for (const entry of entries.filter(({ by }) => by === 'kid')) {
    yield {
      at: entry.at,
      severity: 'info',
      message: `${showEntry(entry)} is refused until ${expires.text} only, while verifiers may keep the key ${until === Infinity ? 'for ever' : `until ${toTimestamp(until)}`} (${life.parts}, policy "${life.policy.name}"); whoever holds it signs new tokens as long as one of them does`,
      subject: `revocation ${name}/kid ${entry.value}`,
      value: `${expires.ends}<${until}`,
      related: [{ at: life.policy.at, message: `policy "${life.policy.name}"` }],
    };
  }
}

function livesOfTokens(policy: EffectivePolicy): readonly Life[] {
  return jwtClasses(policy).map(({ tokenClass, maxLifetime, clockSkew }) => ({
    policy,
    parts: `${tokenClass} lifetime ${showBound(maxLifetime.value)}, leeway ${showBound(clockSkew.value)}`,
    total: sumBounds([maxLifetime.value, clockSkew.value]),
  }));
}

function lifeOfKey(policy: EffectivePolicy): Life {
  const { maxTtl, maxStale } = policy.jwksCache;
  return {
    policy,
    parts: `jwks_cache max_ttl ${showBound(maxTtl.value)}, max_stale ${showBound(maxStale.value)}`,
    total: sumBounds([maxTtl.value, maxStale.value]),
  };
}

function longest(lives: readonly Life[]): Life | null {
  const height = ({ total }: Life): number => (isFiniteBound(total) ? total : Infinity);
  return lives.toSorted((a, b) => height(b) - height(a))[0] ?? null;
}
