import type { CredentialSpec } from '../model/drill.ts';
import type { DryCheck } from '../model/dry-run.ts';
import { EXIT } from '../model/exit.ts';
import type { CalibrationShots } from './calibrate.ts';
import { calibrateUnit } from './calibrate.ts';
import { mintCredentials } from './credentials.ts';
import { check, untried } from './dry-check.ts';
import { EffectLog } from './effects.ts';
import { broken } from './minted-token.ts';
import type { Plan } from './plan.ts';
import { Prober } from './prober.ts';
import type { DrillPorts, DrillRunInput } from './run-input.ts';
import { TokenBucket } from './schedule.ts';
import type { SecretWatch } from './secret-watch.ts';
import { noCredential, shotsOf } from './shots.ts';
import type { StepContext } from './step.ts';
import { resolveUrl } from './urls.ts';
import { Vault } from './vault.ts';

/** Longest wait for one answer, in milliseconds. */
const TIMEOUT_MS = 3000;

/** Ways to a credential that leave nothing but a token which ends by itself. */
function isHarmless({ obtain, role }: CredentialSpec): boolean {
  return (
    obtain.uses === 'oauth.client_credentials' &&
    obtain.with['of'] === undefined &&
    (role === 'control' || role === 'bystander')
  );
}

/** Calibrates every unit with what can be had without changing anything. */
export async function calibrateDry(
  input: DrillRunInput & { readonly secrets: SecretWatch },
  ports: DrillPorts,
  context: StepContext,
): Promise<readonly DryCheck[]> {
  const { plan } = input;
  const { drill } = plan;
  const { minted, checks } = await mintHarmless(input, ports, context);
  const missing = drill.credentials.filter(
    ({ name, role }) => role !== 'key' && role !== 'grant' && !minted.specs.some((spec) => spec.name === name),
  );
  const { clock } = ports;
  const origin = clock.monotonic();
  const http = ports.probeHttp?.(plan.environment.allow) ?? context.http;
  const prober = new Prober({
    http,
    clock,
    origin,
    arm: 'quiet',
    bucket: new TokenBucket(drill.observe.requestsPerSecond, origin),
    maxRequests: drill.observe.maxRequests,
    timeoutMs: TIMEOUT_MS,
    userAgent: `${input.tool} (+dry-run)`,
    onProbe: () => undefined,
    onDropped: () => undefined,
  });
  const tools = { prober, clock, origin, patience: TIMEOUT_MS, signal: input.stop };
  const shots = shotsOfMinted(plan, minted, () => Math.floor(clock.wall() / 1000));
  const units = await Promise.all(
    plan.units.map(async (unit): Promise<DryCheck> => {
      if (unit.vantage !== undefined) return untried('verifier', unit.id, `agent ${unit.vantage} asks it in a run`);
      const { verdict, why } = await calibrateUnit({ ...unit, url: resolveUrl(unit.url, input.lab) }, shots, tools);
      const common = { what: 'verifier', about: unit.id, hint: null, code: null } as const;
      if (verdict === 'usable') return { ...common, state: 'ok', says: tellsApart(minted.specs), exit: EXIT.done };
      const exit = verdict === 'unprotected' ? EXIT.findings : EXIT.inconclusive;
      return { ...common, state: 'unfit', says: `${verdict}: ${why}`, exit };
    }),
  );
  const left = missing.map(({ name, obtain }) =>
    untried('credential', name, `${obtain.uses} is not done, so nobody is shown it`),
  );
  return [...checks, ...left, ...units];
}

function tellsApart(minted: readonly CredentialSpec[]): string {
  return minted.length === 0
    ? 'refuses requests without a credential'
    : `accepts ${minted.map(({ name }) => name).join(' and ')}, refuses a broken signature and no credential`;
}

/** The tokens that were to be had, and what they were made by. */
interface HarmlessTokens {
  readonly specs: readonly CredentialSpec[];
  readonly vault: Vault;
}

async function mintHarmless(
  { plan, secrets }: DrillRunInput & { readonly secrets: SecretWatch },
  { clock }: DrillPorts,
  context: StepContext,
): Promise<{ readonly minted: HarmlessTokens; readonly checks: readonly DryCheck[] }> {
  const { issuer, policy } = plan;
  const now = (): number => clock.wall();
  const specs: CredentialSpec[] = [];
  const vault = new Vault(secrets);
  const checks: DryCheck[] = [];
  for (const spec of plan.drill.credentials.filter(isHarmless)) {
    const tried = await check('credential', spec.name, async () => {
      const run = { runId: 'dry-run', arm: 'd', expiresAt: Math.floor(now() / 1000), effects: NO_EFFECTS };
      const drill = { credentials: [spec] };
      const minted = await mintCredentials({ ...run, drill, policy, issuer, watch: secrets, context, now });
      vault.put(spec.name, minted.token(spec.name));
      return 'the issuer gives a token, which ends by itself';
    });
    checks.push(tried);
    if (tried.state === 'ok') specs.push(spec);
  }
  return { minted: { specs, vault }, checks };
}

/** What is minted here needs no effect; whoever makes one all the same is stopped before the first byte. */
const NO_EFFECTS: EffectLog = new EffectLog({
  record: () => Promise.reject(new Error('a dry run changes nothing')),
});

/** The signature of a token that verifiers know the key of is broken, so that none of them fetches keys because of it. */
function shotsOfMinted({ drill }: Plan, { specs, vault }: HarmlessTokens, now: () => number): CalibrationShots {
  const [first] = specs;
  const name = 'broken signature';
  if (first !== undefined) vault.put(name, broken(vault.token(first.name), name));
  const negative = first === undefined ? [] : [{ ...first, name, role: 'negative' as const, arms: null }];
  const shots = shotsOf({ ...drill, credentials: [...specs, ...negative] }, vault, 'quiet', now);
  return {
    canary: null,
    welcome: shots.welcome('calibration'),
    unwelcome: [...shots.of(['negative'], 'calibration'), noCredential('calibration')],
  };
}
