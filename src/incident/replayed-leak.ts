/** How a leak is made again with credentials of a drill: who has which, and which steps of a plan name them. */
import type { ContainmentPlan, ContainmentStep } from '../model/containment.ts';
import type { ActionCall } from '../model/drill.ts';
import type { Inventory } from '../model/inventory.ts';
import type { EffectivePolicy, Scenario } from '../model/policy.ts';
import { millis, showBound } from '../model/quantity.ts';
import { MECHANISM_FACTS } from '../response/mechanisms.ts';
import { namedBy } from './known-ids.ts';

/** Lines of a Drill, in flow style. */
export interface ReplayedLeak {
  readonly credentials: readonly string[];
  readonly warmup: readonly string[];
  /** Empty when no step can be replayed. */
  readonly method: readonly string[];
  /** The credential that must be accepted afterwards; null where the control shows it. */
  readonly recover: string | null;
  readonly leftOut: readonly string[];
}

export interface LeakInput {
  readonly scenario: Scenario;
  readonly plan: ContainmentPlan;
  readonly inventory: Inventory;
  readonly policy: EffectivePolicy;
  /** How users log in, as another drill of the same inventory says it; null where none does. */
  readonly logIn: ActionCall | null;
}

/** A world in which one kind of credential leaks. */
interface Stage {
  readonly credentials: readonly string[];
  readonly warmup: readonly string[];
  readonly before: readonly string[];
  readonly recover: string | null;
  /** What a step of the plan names instead of what leaked; null when a drill cannot make it. */
  readonly named: (step: ContainmentStep) => Readonly<Record<string, string>> | null;
}

const BROKEN = 'broken: { role: negative, obtain: { uses: token.break_signature, with: { of: canary } } }';

/** Longest life of a token that a drill signs; none needs more. In milliseconds. */
const SIGNED_LIFE_MS = 600_000;

export function replayedLeak(input: LeakInput): ReplayedLeak {
  const stage = stageOf(input);
  if (typeof stage === 'string') return { credentials: [], warmup: [], method: [], recover: null, leftOut: [stage] };
  const { steps } = input.plan;
  const kept = steps.flatMap((step) => {
    const names = stage.named(step);
    return names === null ? [] : [{ step, names }];
  });
  const leftOut = steps
    .filter((step) => !kept.some((each) => each.step === step))
    .map(({ id, does, call }) =>
      does === 'rotate_key'
        ? `step ${id}: a drill does not touch the key that signs; it publishes a next key of its own instead`
        : `step ${id}: ${call.uses} reaches more than a drill has made itself`,
    );
  const { credentials, warmup, before, recover } = stage;
  const ending = (kept.findLast(({ step }) => isEnding(step)) ?? kept.at(-1))?.step;
  const method = kept.map(({ step, names }) => stepLine(step, names, step === ending));
  return { credentials, warmup, method: method.length === 0 ? [] : [...before, ...method], recover, leftOut };
}

/** What ends tokens that are out there; the drill measures from the last of these. */
function isEnding({ does }: ContainmentStep): boolean {
  const { phase } = MECHANISM_FACTS[does];
  return phase === 'deny' || phase === 'replace';
}

function stepLine(
  { id, call, timeout }: ContainmentStep,
  names: Readonly<Record<string, string>>,
  isContainment: boolean,
): string {
  return `{ id: ${id}, uses: ${call.uses}, with: ${flow({ ...call.with, ...names })}, timeout: ${showBound(timeout)}${isContainment ? ', containment: true' : ''} }`;
}

/** A mapping on one line; values are JSON, which YAML reads the same. */
function flow(members: Readonly<Record<string, unknown>>): string {
  const written = Object.entries(members).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return written.length === 0 ? '{}' : `{ ${written.join(', ')} }`;
}

function stageOf(input: LeakInput): Stage | string {
  switch (input.scenario) {
    case 'access_token':
      return tokenStage(input);
    case 'signing_key':
      return keyStage(input);
    case 'hmac_secret':
      return secretStage(input);
    case 'client':
      return clientStage(input);
    case 'refresh_token':
    case 'user_session':
      return sessionStage(input);
  }
}

/** How legitimate clients get tokens; the last one is the control, so that it is another client where there are two. */
function clientsOf({ inventory, plan }: LeakInput): readonly string[] {
  const issuers = new Set(plan.steps.map(({ issuer }) => issuer));
  return (inventory.freshTokens ?? [])
    .filter(({ issuer }) => issuers.has(issuer))
    .map(({ obtain }) => `obtain: { uses: ${obtain.uses}, with: ${flow(obtain.with)} }`);
}

const NO_CLIENT = 'the inventory declares no fresh_tokens, so no drill can get a token of its own';

function tokenStage(input: LeakInput): Stage | string {
  const clients = clientsOf(input);
  const [first] = clients;
  if (first === undefined) return NO_CLIENT;
  return {
    credentials: [
      `canary: { role: canary, ${first} }`,
      `control: { role: control, ${first} }`,
      ...clients.slice(1, 2).map((other) => `bystander: { role: bystander, ${other} }`),
      BROKEN,
    ],
    warmup: [],
    before: [],
    recover: null,
    // A user or a client has tokens that no drill has made; one token and its session are the drill's own.
    named: ({ does }) => (does === 'deny_jti' || does === 'deny_sid' ? entryOf(does) : null),
  };
}

function entryOf(does: ContainmentStep['does']): Readonly<Record<string, string>> | null {
  const type = namedBy(does);
  return type === null ? null : { type, of: 'canary' };
}

/** How a key is published by what takes it out again. */
const PUBLISHED_BY = /^(jwks(?:\.(?:file|http|git))?)\.remove_key$/;

function keyStage(input: LeakInput): Stage | string {
  const [client] = clientsOf(input);
  if (client === undefined) return NO_CLIENT;
  const removal = input.plan.steps.find(({ call }) => PUBLISHED_BY.test(call.uses));
  if (removal === undefined) return 'no step of the plan takes a key out of a key set that a drill can publish one in';
  const alg = algorithmOf(input.policy, /^(?:ES|PS|RS|Ed)/);
  if (alg === null) return `policy ${input.policy.name} allows no algorithm of a key pair`;
  const uses = removal.call.uses.replace('remove_key', 'add_key');
  const publish = (id: string, key: string): string =>
    `{ id: ${id}, uses: ${uses}, with: ${flow({ ...removal.call.with, key })} }`;
  return {
    credentials: [
      `leaked_key: { role: key, obtain: { uses: key.generate, with: { alg: ${alg} } } }`,
      `next_key: { role: key, obtain: { uses: key.generate, with: { alg: ${alg} } } }`,
      `canary: { role: canary, obtain: ${signedBy('leaked_key', input.policy)} }`,
      `control: { role: control, ${client} }`,
      BROKEN,
      `recovery: { role: recovery, obtain: ${signedBy('next_key', input.policy)} }`,
    ],
    warmup: [publish('publish-leaked', 'leaked_key')],
    // Signing keys of others stay as they are: the next key of the drill is published beside them.
    before: [publish('publish-next', 'next_key')],
    recover: 'recovery',
    named: ({ does, call }) => {
      if (does === 'deny_kid') return entryOf(does);
      return does === 'remove_key' && PUBLISHED_BY.test(call.uses) ? { key: 'leaked_key' } : null;
    },
  };
}

function secretStage(input: LeakInput): Stage | string {
  const removal = input.plan.steps.find(({ call }) => call.uses === 'secrets.remove');
  if (removal === undefined)
    return 'no step of the plan takes a secret out of configurations that a drill can put one in';
  const alg = algorithmOf(input.policy, /^HS/);
  if (alg === null) return `policy ${input.policy.name} allows no algorithm of a shared secret`;
  const deploy = (id: string, key: string): string =>
    `{ id: ${id}, uses: secrets.add, with: { key: ${key} }, timeout: ${showBound(removal.timeout)} }`;
  return {
    credentials: [
      `leaked_secret: { role: key, obtain: { uses: key.generate, with: { alg: ${alg} } } }`,
      `kept_secret: { role: key, obtain: { uses: key.generate, with: { alg: ${alg} } } }`,
      `canary: { role: canary, obtain: ${signedBy('leaked_secret', input.policy)} }`,
      `control: { role: control, obtain: ${signedBy('kept_secret', input.policy)} }`,
      BROKEN,
    ],
    warmup: [deploy('deploy-leaked', 'leaked_secret'), deploy('deploy-kept', 'kept_secret')],
    before: [],
    recover: null,
    named: ({ does, call }) => {
      if (does === 'deny_kid') return entryOf(does);
      return call.uses === 'secrets.remove' ? { key: 'leaked_secret' } : null;
    },
  };
}

function clientStage(input: LeakInput): Stage | string {
  const [client] = clientsOf(input);
  if (client === undefined) return NO_CLIENT;
  return {
    credentials: [
      'stolen_client: { role: grant, obtain: { uses: oauth.register_client } }',
      'canary: { role: canary, obtain: { uses: oauth.client_credentials, with: { of: stolen_client } } }',
      `control: { role: control, ${client} }`,
      BROKEN,
    ],
    warmup: [],
    before: [],
    recover: null,
    named: ({ does, call }) => {
      if (call.uses === 'oauth.disable_client') return { of: 'stolen_client' };
      return does === 'deny_client_id' ? entryOf(does) : null;
    },
  };
}

/** A user of the drill is logged in twice: one of the sessions leaks, the other one must go on. */
function sessionStage({ scenario, logIn }: LeakInput): Stage | string {
  if (logIn === null) {
    return `no drill of this inventory says how a user logs in (oauth.log_in), so none can leak a ${scenario.replace('_', ' ')} of its own`;
  }
  const session = `{ role: grant, obtain: { uses: ${logIn.uses}, with: ${flow(logIn.with)} } }`;
  const canary = scenario === 'refresh_token' ? 'oauth.refresh' : 'oauth.access_token';
  return {
    credentials: [
      `stolen: ${session}`,
      `other: ${session}`,
      `canary: { role: canary, obtain: { uses: ${canary}, with: { of: stolen } } }`,
      'control: { role: control, obtain: { uses: oauth.access_token, with: { of: other } } }',
      BROKEN,
    ],
    warmup: [],
    before: [],
    recover: null,
    named: ({ does, call }) => {
      if (call.uses === 'oauth.end_session' || call.uses === 'oauth.revoke') return { grant: 'stolen' };
      if (does === 'cut_off_subject') return entryOf(does);
      return does === 'deny_sid' || does === 'deny_sub' || does === 'deny_jti' ? entryOf(does) : null;
    },
  };
}

function algorithmOf({ tokens }: EffectivePolicy, family: RegExp): string | null {
  return tokens.access_token?.algorithms.value.find((each) => family.test(each)) ?? null;
}

/** A token as the policy takes it. */
function signedBy(key: string, { tokens }: EffectivePolicy): string {
  const types = tokens.access_token?.typ.value ?? [];
  const typ = types.includes('at+jwt') && !types.includes('jwt') ? 'at+jwt' : 'JWT';
  const life = Math.min(SIGNED_LIFE_MS, tokens.access_token?.maxLifetime.value ?? SIGNED_LIFE_MS);
  return `{ uses: token.sign, with: { key: ${key}, lifetime: ${showBound(millis(life))}, typ: ${typ} } }`;
}
