/** What an incident taught about the policies and inventories that it met, as changes of their documents. */
import type { Change, FixPlan } from '../model/fix.ts';
import type { Incident } from '../model/incident.ts';
import type { Lesson } from '../model/lesson.ts';
import type { ChannelKey, EffectivePolicy, Scenario } from '../model/policy.ts';
import type { Prediction } from '../model/prediction.ts';
import type { Millis } from '../model/quantity.ts';
import { millis, showBound } from '../model/quantity.ts';
import { predict } from '../predict/predict.ts';
import { scenarioOf } from '../response/scenario-of.ts';
import type { ReplayedDrill } from './replay-drill.ts';
import type { WaitInput } from './wait-lessons.ts';
import { stopLessons, waitLessons } from './wait-lessons.ts';

export interface LessonInput extends WaitInput {
  readonly incident: Incident;
  readonly policies: readonly EffectivePolicy[];
  /** What would have answered the questions that the logs left open, as the stored scope says it. */
  readonly wouldAnswer: readonly string[];
  readonly drills: readonly ReplayedDrill[];
}

/** How often a drill that replays an incident is asked for. */
const DRILL_EVERY = '30d';

/** What a list must be able to name for each leak. */
const NAMES: Readonly<Record<Scenario, ChannelKey>> = {
  access_token: 'jti',
  refresh_token: 'sid',
  user_session: 'sid',
  client: 'client_id',
  signing_key: 'kid',
  hmac_secret: 'kid',
};

/** Every lesson once, those about claims first; changes of one document follow each other. */
export function lessonsOf(input: LessonInput): readonly Lesson[] {
  const scenario = scenarioOf(input.incident.leaked);
  const named = new Set(input.inventory.verifiers.flatMap(({ policy }) => policy ?? []));
  const policies = input.policies.filter(({ name }) => named.has(name));
  const predictions = predict([input.inventory], input.policies).filter(
    (each) => each.scenario === scenario && each.arm === 'quiet',
  );
  const found = [
    ...policies.flatMap((policy) => [
      ...claimLessons(policy, input),
      ...kidLessons(policy, input),
      ...reachLessons(policy, { scenario, predictions, input }),
    ]),
    ...predictions.flatMap((prediction) => waitLessons(prediction, input)),
    ...stopLessons(scenario, predictions, input),
    ...policies.flatMap((policy) => drillLessons(policy, input)),
  ];
  return found.reduce<readonly Lesson[]>(
    (kept, lesson) => (kept.some((each) => isSame(each, lesson)) ? kept : [...kept, lesson]),
    [],
  );
}

function isSame(one: Lesson, other: Lesson): boolean {
  return one.says === other.says && JSON.stringify(one.fix) === JSON.stringify(other.fix);
}

/** Claims without which a log could not tell the credential from others, or no list could name it. */
function claimLessons(policy: EffectivePolicy, { incident, wouldAnswer }: LessonInput): readonly Lesson[] {
  const token = policy.tokens.access_token;
  if (token === undefined || !token.present.value) return [];
  const asked = wouldAnswer.flatMap((text) =>
    [...text.matchAll(/required_claims: \[(\w+)\]/g)].map(([, claim = '']) => ({
      claim,
      showed: `the logs could not answer: it takes ${claim} in every token`,
    })),
  );
  const { leaked } = incident;
  const nameless =
    leaked.kind === 'token' && leaked.claims.jti === null
      ? [{ claim: 'jti', showed: 'the leaked token had no jti, so no list could name it alone' }]
      : [];
  if (nameless.length > 0 && token.requiredClaims.value.includes('jti')) {
    return [unenforced(policy, 'jti', nameless[0]?.showed ?? '')];
  }
  return [...nameless, ...asked]
    .filter(({ claim }) => !token.requiredClaims.value.includes(claim))
    .filter(({ claim }, index, all) => all.findIndex((each) => each.claim === claim) === index)
    .map(({ claim, showed }) => {
      const issued = policy.issuance.access_token;
      const changes: readonly Change[] =
        issued === undefined || issued.requiredClaims.value.includes(claim)
          ? []
          : [listChange(policy, 'issuance/access_token/required_claims', claim, issued.requiredClaims.contributions)];
      const first = listChange(
        policy,
        'tokens/access_token/required_claims',
        claim,
        token.requiredClaims.contributions,
      );
      const says = `require ${claim} in access tokens of policy ${policy.name}${changes.length === 0 ? '' : ', and have the issuer mint it'}`;
      return { id: 'require_claim', showed, says, fix: fixOf(policy, says, [first, ...changes]) };
    });
}

/** What the policy requires and the leaked token did not have: the gap is in what is deployed. */
function unenforced({ name }: EffectivePolicy, what: string, showed: string): Lesson {
  const says = `have verifiers refuse tokens without a ${what}, as policy ${name} says, and the issuer mint it`;
  return { id: what === 'kid' ? 'require_kid' : 'require_claim', showed, says, fix: null };
}

/** Adds to the list of the policy itself; what it inherits stays where it is. */
function listChange(
  { name }: EffectivePolicy,
  path: string,
  item: string,
  contributions: readonly { readonly policy: string }[],
): Change {
  const pointer = `/spec/${path}`;
  return contributions.some(({ policy }) => policy === name)
    ? { kind: 'append-item', pointer, item }
    : { kind: 'set', pointer, value: [item] };
}

function kidLessons(policy: EffectivePolicy, { incident, wouldAnswer }: LessonInput): readonly Lesson[] {
  const { leaked } = incident;
  const isMissing = leaked.kind === 'token' && leaked.kid === null;
  const isAsked = wouldAnswer.some((text) => text.includes('keys.kid_required: true'));
  if (!isMissing && (!isAsked || policy.keys.kidRequired.value)) return [];
  const showed = isMissing
    ? 'the leaked token names no key, so nobody can tell which one signed it'
    : 'the logs could not answer: it takes a kid in every token';
  if (policy.keys.kidRequired.value) return [unenforced(policy, 'kid', showed)];
  const says = `require a kid in tokens of policy ${policy.name}`;
  const change: Change = { kind: 'set', pointer: '/spec/keys/kid_required', value: true };
  return [{ id: 'require_kid', showed, says, fix: fixOf(policy, says, [change]) }];
}

/** Places that nothing reached, or where it was accepted until it expired. */
function reachLessons(
  policy: EffectivePolicy,
  {
    scenario,
    predictions,
    input,
  }: { readonly scenario: Scenario; readonly predictions: readonly Prediction[]; readonly input: LessonInput },
): readonly Lesson[] {
  const missed = unreached(policy, input, predictions);
  if (missed.length === 0) return [];
  const showed = `nothing that reaches it in time ends it at ${missed.join(', ')}`;
  const objective = policy.objectives[scenario]?.max.value;
  if (objective === undefined) {
    const says = `promise an end of a leaked ${words(scenario)} in policy ${policy.name}: revocation.objectives.${scenario}`;
    return [{ id: 'objective', showed, says, fix: null }];
  }
  return [...channelLessons(policy, scenario, { showed, objective }), ...lifetimeLessons(policy, scenario, showed)];
}

function unreached(
  { name }: EffectivePolicy,
  { plan, inventory, state }: LessonInput,
  predictions: readonly Prediction[],
): readonly string[] {
  const none = new Set((plan?.expected ?? []).filter(({ by }) => by.length === 0).map(({ verifier }) => verifier));
  for (const { verifier, state: seen } of state.units) if (seen === 'expired' || seen === 'open') none.add(verifier);
  for (const { verifier, bound } of predictions) if (bound === 'unbounded') none.add(verifier);
  return inventory.verifiers.filter((each) => each.policy === name && none.has(each.name)).map((each) => each.name);
}

function channelLessons(
  policy: EffectivePolicy,
  scenario: Scenario,
  { showed, objective }: { readonly showed: string; readonly objective: Millis },
): readonly Lesson[] {
  const key = NAMES[scenario];
  const lists = policy.channels.filter(({ type }) => type === 'denylist');
  if (lists.some(({ keys }) => keys.includes(key))) return [];
  const own = ownList(policy);
  const list = lists[0];
  if (list !== undefined && own !== null) {
    const says = `have the denylist of policy ${policy.name} name a ${key}`;
    const change: Change = { kind: 'append-item', pointer: `/spec/revocation/channels/${own}/keys`, item: key };
    return [{ id: 'name_in_channel', showed, says, fix: fixOf(policy, says, [change]) }];
  }
  const says = `declare a denylist in policy ${policy.name} that names a ${key}`;
  const entry = {
    type: 'denylist',
    keys: [key],
    poll_interval: part(objective, 4),
    max_propagation: part(objective, 2),
    fail_mode: 'closed',
  };
  const change: Change = { kind: 'append-entry', pointer: '/spec/revocation/channels', entry };
  return [{ id: 'add_channel', showed, says, fix: fixOf(policy, says, [change]) }];
}

/** Index of the denylist that the document of the policy itself declares; null for none. */
function ownList({ channels, file, locate }: EffectivePolicy): number | null {
  const list = channels.find(({ type, at }) => type === 'denylist' && at.file === file);
  if (list === undefined) return null;
  const index = channels.findIndex((_, each) => {
    const at = locate(`/spec/revocation/channels/${each}`);
    return at.line === list.at.line && at.column === list.at.column;
  });
  return index < 0 ? null : index;
}

/** Whole seconds, one at least: a share of the objective. */
function part(objective: Millis, share: number): string {
  return showBound(millis(Math.max(1, Math.floor(objective / share / 1000)) * 1000));
}

/** A token that no list ends lives until it expires, so it must not live longer than the promise. */
function lifetimeLessons(policy: EffectivePolicy, scenario: Scenario, showed: string): readonly Lesson[] {
  const token = policy.tokens.access_token;
  const objective = policy.objectives[scenario]?.max.value;
  const isForged = scenario === 'signing_key' || scenario === 'hmac_secret';
  if (isForged || token === undefined || objective === undefined) return [];
  const life = millis(objective - token.clockSkew.value);
  if (life <= 0 || life >= token.maxLifetime.value) return [];
  const issued = policy.issuance.access_token;
  const says = `shorten access tokens of policy ${policy.name} from ${showBound(token.maxLifetime.value)} to ${showBound(life)}`;
  const value = showBound(life);
  const changes: readonly Change[] =
    issued === undefined || issued.maxLifetime.value <= life
      ? []
      : [{ kind: 'set' as const, pointer: '/spec/issuance/access_token/lifetime/max', value }];
  const first: Change = { kind: 'set', pointer: '/spec/tokens/access_token/lifetime/max', value };
  return [{ id: 'shorten_lifetime', showed, says, fix: fixOf(policy, says, [first, ...changes]) }];
}

/** A leak that happened is exercised from now on. */
function drillLessons(policy: EffectivePolicy, { drills, incident }: LessonInput): readonly Lesson[] {
  return drills
    .filter((drill) => drill.policy === policy.name && !policy.drills.some((each) => each.drill === drill.name))
    .map(({ name, environment }) => {
      const says = `have policy ${policy.name} ask for drill ${name} every ${DRILL_EVERY}`;
      const change: Change = {
        kind: 'append-entry',
        pointer: '/spec/drills',
        entry: { drill: name, every: DRILL_EVERY, environments: [environment] },
      };
      const showed = `incident ${incident.name} happened: what contained it should be known to work`;
      return { id: 'drill', showed, says, fix: fixOf(policy, says, [change]) };
    });
}

function fixOf(policy: EffectivePolicy, title: string, changes: readonly [Change, ...Change[]]): FixPlan {
  return { title, safe: false, document: policy.at, changes };
}

function words(scenario: Scenario): string {
  return scenario.replace('_', ' ');
}
