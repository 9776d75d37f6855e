import { randomUUID } from 'node:crypto';
import type { AttackKind, CertificateReplay, Replay } from '../model/attack.ts';
import { isCertificateReplay, isForgery } from '../model/attack.ts';
import type { AttackProbe, DrillSpec, Probe } from '../model/drill.ts';
import type { ClientCertificate, Clock } from '../model/ports.ts';
import type { Arm } from '../model/prediction.ts';
import type { ProofChanges } from '../token/dpop.ts';
import { makeProof, tokenHash } from '../token/dpop.ts';
import { forgeTokens } from '../token/forge.ts';
import type { SigningKey } from '../token/mint.ts';
import { generateSigningKey, signToken } from '../token/mint.ts';
import { certificateAttempts } from './attack-certificate.ts';
import type { Journal } from './journal.ts';
import { presentBound } from './present.ts';
import type { Prober, Shot, Unit } from './prober.ts';
import type { MakeShot, Shots } from './shots.ts';
import type { Vault } from './vault.ts';

export interface AttackTools {
  readonly arm: Arm;
  readonly journal: Journal;
  readonly drill: DrillSpec;
  readonly vault: Vault;
  readonly shots: Shots;
  readonly prober: Prober;
  readonly clock: Clock;
  readonly origin: number;
  readonly signal: AbortSignal;
}

/** Longest wait until a good token is accepted again, and until the rate allows a probe, in milliseconds. */
const PATIENCE_MS = 3000;

/** Pause between two tries, in milliseconds. */
const RETRY_MS = 100;

/** How far a proof that must be refused is off, in seconds: beyond every window that libraries allow by default. */
const PROOF_OFF_SECONDS = 600;

type Headers = Readonly<Record<string, string>>;

/** One spelling of one attack, ready to be sent to a unit. */
interface Attempt {
  readonly kind: AttackKind;
  readonly spelling: string;
  /** What must happen first for the attack to be one: null when nothing must. */
  readonly before: ((unit: Unit) => Promise<Headers>) | null;
  readonly present: (unit: Unit) => Promise<Headers>;
  /** Shown in TLS; null shows none. */
  readonly certificate: ClientCertificate | null;
}

/**
 * Tries every attack at every unit, one after the other at each, with a good token after each attempt. Nothing is
 * contained and nothing waits: what is refused must be refused from the first probe on. What each attempt was answered
 * is in the journal, and only there.
 */
export async function attackUnits(units: readonly Unit[], tools: AttackTools): Promise<void> {
  const attempts: Attempt[] = [];
  for (const { of, kinds } of tools.drill.observe.attacks)
    for (const kind of kinds) attempts.push(...(await attemptsOf(kind, of, tools)));
  await Promise.all(units.map((unit) => attackUnit(unit, attempts, tools)));
}

async function attackUnit(unit: Unit, attempts: readonly Attempt[], tools: AttackTools): Promise<void> {
  const { arm, journal } = tools;
  const witness = tools.shots.welcome('observe')[0] ?? tools.shots.canary('observe');
  for (let round = 0; round < tools.drill.observe.repeats; round += 1) {
    for (const { kind, spelling, before, present, certificate } of attempts) {
      const shot = attackShot(spelling === '' ? kind : `${kind}: ${spelling}`, certificate, tools);
      const prepared =
        before === null || isAccepted(await persist(unit, honest(await before(unit), tools), tools, isAccepted));
      const probe = prepared ? await persist(unit, shot(await present(unit)), tools, isClear) : null;
      const witnessed = isAccepted(await persist(unit, witness, tools, isAccepted));
      const attempt = { unit: unit.id, kind, spelling, probe: probe === null ? null : answerOf(probe), witnessed };
      journal.note({ type: 'attack', arm, attempt });
      // A verifier that refuses everybody shows nothing more, and every further attempt would wait for it.
      if (!witnessed) return;
    }
  }
}

/** When it was sent is in the event of the probe itself. */
function answerOf({ verdict, reason, status }: Probe): AttackProbe['probe'] {
  return { verdict, reason, status };
}

/** What the holder sends before the thief does. */
function honest(headers: Headers, { clock, origin }: AttackTools): MakeShot {
  return (unit) => ({
    unit,
    credential: 'its holder',
    role: 'control',
    token: null,
    expiresAt: null,
    phase: 'observe',
    due: clock.monotonic() - origin,
    present: async () => headers,
  });
}

function attackShot(
  credential: string,
  certificate: ClientCertificate | null,
  { clock, origin }: AttackTools,
): (headers: Headers) => MakeShot {
  return (headers) => (unit) =>
    ({
      unit,
      credential,
      role: 'negative',
      token: null,
      expiresAt: null,
      phase: 'observe',
      due: clock.monotonic() - origin,
      present: async () => headers,
      ...(certificate === null ? {} : { certificate }),
    }) satisfies Shot;
}

function isAccepted(probe: Probe | null): boolean {
  return probe?.verdict === 'accept';
}

function isClear(probe: Probe): boolean {
  return probe.verdict !== 'unknown' || isRefusal(probe);
}

/** Answers that turn a request away for what it carries: malformed, too large, forbidden, and expired, which calibration leaves open. */
const REFUSALS: readonly number[] = [400, 401, 403, 413, 414, 431];

/** Whether an answer to an attack is a refusal. Server errors and silence are not; a certificate that is turned away is. */
export function isRefusal({ verdict, reason, status }: Pick<Probe, 'verdict' | 'reason' | 'status'>): boolean {
  return verdict === 'reject' || reason === 'certificate-refused' || (status !== null && REFUSALS.includes(status));
}

/** Fires until the answer will do; the last answer otherwise, null when the budget is used up. */
async function persist(
  unit: Unit,
  make: MakeShot,
  { prober, clock, origin, signal }: AttackTools,
  until: (probe: Probe) => boolean,
): Promise<Probe | null> {
  const deadline = clock.monotonic() + PATIENCE_MS;
  for (;;) {
    signal.throwIfAborted();
    const probe = await prober.fire(make(unit, clock.monotonic() - origin));
    if ((probe !== null && until(probe)) || clock.monotonic() > deadline) return probe;
    await clock.sleepUntil(clock.monotonic() + RETRY_MS, signal);
  }
}

async function attemptsOf(kind: AttackKind, of: string, tools: AttackTools): Promise<readonly Attempt[]> {
  const { vault, clock } = tools;
  const { token, claims, header, signer, holder, certificate } = vault.token(of);
  if (signer === undefined) throw new Error('attacks name tokens that the run signed itself');
  const now = (): number => Math.floor(clock.wall() / 1000);
  // Fresh for every kind: a verifier may remember a key that it saw with another attack.
  const thief = await generateSigningKey(signer.alg, `fbcanary-thief-${randomUUID()}`);
  if (isForgery(kind)) {
    const forged = await forgeTokens(kind, { key: signer, thief, header, claims, now: now() });
    return forged.map(({ spelling, compact }) => attempt(kind, async () => bearer(compact), spelling));
  }
  if (isCertificateReplay(kind) && certificate !== undefined) {
    const stolen = bearer(token.reveal());
    return certificateAttempts(kind, certificate, clock.wall()).map(({ spelling, headers, certificate: shown }) =>
      attempt(kind, async () => ({ ...stolen, ...headers }), spelling, shown),
    );
  }
  if (kind === 'no-certificate') {
    // RFC 8705 section 3.1: bound to a certificate that nobody holds, so no connection can have it.
    const bound = { ...claims, cnf: { 'x5t#S256': tokenHash(randomUUID()) } };
    const compact = await signToken(signer, { typ: header['typ'] }, bound);
    return [attempt(kind, async () => bearer(compact))];
  }
  if (isCertificateReplay(kind) || holder === undefined) {
    throw new Error(`reading the drill has shown that ${kind} finds a bound token`);
  }
  return [replayOf(kind, { token: token.reveal(), holder, thief, now })];
}

function attempt(
  kind: AttackKind,
  present: Attempt['present'],
  spelling = '',
  certificate: ClientCertificate | null = null,
): Attempt {
  return { kind, spelling, before: null, present, certificate };
}

function bearer(compact: string): Headers {
  return { authorization: `Bearer ${compact}` };
}

interface Stolen {
  readonly token: string;
  readonly holder: SigningKey;
  readonly thief: SigningKey;
  /** Seconds since the epoch. */
  readonly now: () => number;
}

function replayOf(kind: Exclude<Replay, CertificateReplay>, { token, holder, thief, now }: Stolen): Attempt {
  const withProof =
    (changes: ProofChanges, key = holder): Attempt['present'] =>
    async ({ url, method }) => ({
      authorization: `DPoP ${token}`,
      dpop: await makeProof(key, { url, method, token, now: now() }, changes),
    });
  switch (kind) {
    case 'as-bearer':
      return attempt(kind, async () => bearer(token));
    case 'no-proof':
      return attempt(kind, async () => ({ authorization: `DPoP ${token}` }));
    case 'other-key':
      return attempt(kind, withProof({}, thief));
    case 'wrong-method':
      return attempt(kind, (unit) => withProof({ htm: unit.method === 'POST' ? 'GET' : 'POST' })(unit));
    case 'wrong-url':
      return attempt(kind, (unit) => withProof({ htu: `${new URL(unit.url).origin}/fbcanary` })(unit));
    case 'wrong-token':
      return attempt(kind, withProof({ ath: tokenHash('another token') }));
    case 'no-token-hash':
      return attempt(kind, withProof({ ath: null }));
    case 'wrong-proof-typ':
      return attempt(kind, withProof({ typ: 'JWT' }));
    case 'old-proof':
      return attempt(kind, (unit) => withProof({ iat: now() - PROOF_OFF_SECONDS })(unit));
    case 'early-proof':
      return attempt(kind, (unit) => withProof({ iat: now() + PROOF_OFF_SECONDS })(unit));
    case 'replayed-proof':
      return replayedProof(token, holder, now);
  }
}

/** The holder uses a proof, then the thief sends the very same request. */
function replayedProof(token: string, holder: SigningKey, now: () => number): Attempt {
  const used = new Map<string, Headers>();
  return {
    kind: 'replayed-proof',
    spelling: '',
    before: async (unit) => {
      const headers = await presentBound(token, holder, unit, now)();
      used.set(unit.id, headers);
      return headers;
    },
    certificate: null,
    present: async (unit) => used.get(unit.id) ?? {},
  };
}
