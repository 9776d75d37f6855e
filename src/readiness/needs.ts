/** What must be there on the machine that acts: secrets by reference, programs, files, and places that answer. */
import type { ActionCall, DrillSpec } from '../model/drill.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Location } from '../model/location.ts';
import type { Need, NeedOf, NeedState, ReadinessAnswer, ReadinessGap } from '../model/readiness.ts';
import { answerOf, counted, missing, note, unknown } from './answer.ts';
import { responseOptions } from '../response/response-options.ts';
import type { Concerned, ReadinessInput } from './input.ts';
import { concernedBy, drillsOf } from './input.ts';
import { SCENARIOS } from '../model/policy.ts';

/** Everything that the drills and the inventories of a repository ask for; the same need of two steps is there twice. */
export function findNeeds(
  input: Pick<ReadinessInput, 'drills' | 'inventories' | 'policies' | 'predictions'>,
): readonly NeedOf[] {
  const whole: ReadinessInput = { ...input, results: [], logs: null, approvals: null, needs: [], now: 0 };
  return SCENARIOS.flatMap((scenario) => {
    const of = (needs: readonly Need[], by: string, place: { readonly environment: string; readonly at: Location }) =>
      needs.map((need): NeedOf => ({ need, by, environment: place.environment, scenario, at: place.at }));
    const ofDrills = drillsOf(scenario, whole).flatMap((drill) =>
      callsOf(drill).flatMap(({ name, call }) =>
        of(needsOfCall(call), `drill "${drill.name}", ${name}`, { environment: drill.environment, at: call.at }),
      ),
    );
    const useful: readonly string[] = responseOptions(scenario).flatMap(({ effect, mechanism }) =>
      effect === 'nothing' ? [] : [mechanism],
    );
    const ofResponses = concernedBy(scenario, whole).flatMap(({ inventory, verifier }) =>
      (inventory.responses ?? [])
        .filter(
          ({ does, issuer }) =>
            does.some((each) => useful.includes(each)) && (issuer === null || issuer === verifier.issuer),
        )
        .flatMap(({ does, call, at }) =>
          of(needsOfCall(call), `response ${does.join(', ')}`, { environment: verifier.environment, at }),
        ),
    );
    const ofPlaces = concernedBy(scenario, whole)
      .flatMap(placesOf)
      .flatMap(({ url, by, environment, at }) => of([{ kind: 'url', url }], by, { environment, at }));
    return [...ofDrills, ...onceEach([...ofResponses, ...ofPlaces])];
  });
}

function callsOf(drill: DrillSpec): readonly { readonly name: string; readonly call: ActionCall }[] {
  return [
    ...drill.credentials.map(({ name, obtain }) => ({ name: `credential "${name}"`, call: obtain })),
    ...[...drill.warmup, ...drill.method].flatMap(({ id, call }) =>
      call === null ? [] : [{ name: `step "${id}"`, call }],
    ),
  ];
}

/** What one call asks for, by the arguments that docs/drill-actions.md names. */
export function needsOfCall({ uses, with: given }: ActionCall): readonly Need[] {
  return [...secretsIn(given), ...programsIn(given), ...placesIn(uses, given)];
}

/** References to secrets, wherever they stand; a body is text of somebody else. */
function secretsIn(value: unknown): readonly Need[] {
  if (Array.isArray(value)) return value.flatMap(secretsIn);
  if (!isMapping(value)) return [];
  const members = Object.entries(value);
  const [only] = members;
  if (members.length === 1 && only !== undefined && typeof only[1] === 'string') {
    if (only[0] === 'env') return [{ kind: 'env', name: only[1] }];
    if (only[0] === 'file') return [{ kind: 'secret_file', path: only[1] }];
  }
  return members.flatMap(([name, member]) => (name === 'body' || name === 'content' ? [] : secretsIn(member)));
}

function programsIn(given: ActionCall['with']): readonly Need[] {
  const programs = ['argv', 'undo', 'check'].flatMap((name) => {
    const value = given[name];
    return Array.isArray(value) && typeof value[0] === 'string' ? [value[0]] : [];
  });
  return [...new Set(programs)].map((name) => ({ kind: 'program', name }));
}

function placesIn(uses: string, given: ActionCall['with']): readonly Need[] {
  const text = (name: string): string | null => {
    const value = given[name];
    return typeof value === 'string' ? value : null;
  };
  const found: Need[] = [];
  const file = text('file');
  const isOnBranch = uses.startsWith('git.') || uses.startsWith('jwks.git.');
  if (isOnBranch) found.push({ kind: 'readable', path: text('repository') ?? '.' });
  else if (file !== null) found.push({ kind: 'writable', path: file });
  const socket = text('socket');
  if (socket !== null) {
    found.push(socket.startsWith('/') ? { kind: 'writable', path: socket } : { kind: 'url', url: `tcp://${socket}` });
  }
  const server = text('server');
  const tls = isMapping(given['tls']) ? given['tls']['ca'] : undefined;
  const ca = typeof tls === 'string' ? tls : null;
  if (server !== null) found.push({ kind: 'url', url: originOf(server), ...(ca === null ? {} : { ca }) });
  if (ca !== null) found.push({ kind: 'readable', path: ca });
  const requests = [given, ...['add', 'remove', 'check', 'request', 'undo'].map((name) => given[name])];
  const urls = requests.flatMap((each) =>
    isMapping(each) && typeof each['url'] === 'string' ? [originOf(each['url'])] : [],
  );
  return [...found, ...[...new Set(urls)].map((url): Need => ({ kind: 'url', url }))];
}

/** Where a connection would go; who logs in there and what is asked is nobody's business here, and may be secret. */
function originOf(url: string): string {
  if (url.startsWith('lab://')) return url;
  const [, scheme = '', host = ''] = /^([a-z]+:\/\/)(?:[^/?#]*@)?([^/?#]*)/.exec(url) ?? [];
  return `${scheme}${host}`;
}

interface Place {
  readonly url: string;
  readonly by: string;
  readonly environment: string;
  readonly at: Location;
}

/** Issuers, channels and routes of a verifier that a command would speak to. */
function placesOf({ verifier, inventory }: Concerned): readonly Place[] {
  const { environment } = verifier;
  const issuer = inventory.issuers.find(({ name }) => name === verifier.issuer);
  const ofIssuer =
    issuer === undefined
      ? []
      : [issuer.jwksUri, issuer.tokenEndpoint, issuer.revocationEndpoint, issuer.admin].flatMap((url) =>
          url === null ? [] : [{ url: originOf(url), by: `issuer "${issuer.name}"`, environment, at: issuer.at }],
        );
  return [
    ...ofIssuer,
    ...channelsOf(
      verifier.channels.map(({ channel }) => channel),
      inventory,
    ).map(({ name, url, at }) => ({
      url: originOf(url),
      by: `channel "${name}"`,
      environment,
      at,
    })),
    ...verifier.routes.map(({ url, at }) => ({
      url: originOf(url),
      by: `verifier "${verifier.name}"`,
      environment,
      at,
    })),
  ];
}

function channelsOf(
  names: readonly string[],
  { channels }: Inventory,
): readonly { readonly name: string; readonly url: string; readonly at: Location }[] {
  return channels.flatMap(({ name, url, at }) =>
    names.includes(name) && url !== null && /^[a-z]+:\/\//.test(url) ? [{ name, url, at }] : [],
  );
}

function onceEach(needs: readonly NeedOf[]): readonly NeedOf[] {
  const seen = new Set<string>();
  return needs.filter(({ need, by }) => {
    const key = `${by} ${showNeed(need)}`;
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** `variable REDIS_PASSWORD`, `https://id.example` */
export function showNeed(need: Need): string {
  switch (need.kind) {
    case 'env':
      return `variable ${need.name}`;
    case 'secret_file':
      return `secret in file ${need.path}`;
    case 'program':
      return `program ${need.name}`;
    case 'readable':
      return `reading ${need.path}`;
    case 'writable':
      return `writing ${need.path}`;
    case 'url':
      return need.url;
  }
}

export function needsAnswer(states: readonly NeedState[]): ReadinessAnswer {
  const groups = groupedNeeds(states);
  const of = (state: NeedState['state']): readonly NeedGroup[] => groups.filter((each) => each.state === state);
  const [there, absent, unasked] = [of('there'), of('absent'), of('not_asked')];
  const looked = groups.length - unasked.length;
  const gaps: ReadinessGap[] = [
    ...absent.map(({ says, why, at }) => missing(`${says}: ${why ?? 'not there'}`, null, at)),
    ...of('unknown').map(({ says, why, at }) => unknown(`${says}: ${why ?? 'unknown'}`, null, at)),
  ];
  if (unasked.length > 0) {
    const what = `${counted(unasked.length, 'place')} not asked whether they answer: nothing is sent without being told to`;
    gaps.push(note(what, '--connect opens a connection to each allowed one and closes it'));
  }
  return answerOf({
    question: 'needs',
    basis: 'observed',
    says: looked === 0 ? 'nothing is asked for on this machine' : `${there.length} of ${counted(looked, 'need')} met`,
    facts: there.map(({ says, at }) => ({ says, at })),
    gaps,
  });
}

interface NeedGroup extends Pick<NeedState, 'state' | 'why' | 'at'> {
  /** `variable REDIS_PASSWORD, for drill "a", step "deny" and 2 more` */
  readonly says: string;
}

/** What several steps need is one thing to get. */
function groupedNeeds(states: readonly NeedState[]): readonly NeedGroup[] {
  const groups = new Map<string, readonly NeedState[]>();
  for (const state of states) {
    const key = JSON.stringify([state.need, state.state, state.why]);
    groups.set(key, [...(groups.get(key) ?? []), state]);
  }
  return [...groups.values()].flatMap(([first, ...more]) => {
    if (first === undefined) return [];
    const others = new Set(more.map(({ by }) => by).filter((by) => by !== first.by)).size;
    const says = `${showNeed(first.need)}, for ${first.by}${others === 0 ? '' : ` and ${others} more`}`;
    return [{ says, state: first.state, why: first.why, at: first.at }];
  });
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
