import type { ActionCall } from '../../../model/drill.ts';
import type { Clock } from '../../../model/ports.ts';
import { UserError } from '../../../model/failure.ts';
import type { StepAction } from '../../step.ts';
import { dataOf, machineOf } from '../../step.ts';
import { argumentOf, optionalText, textOf } from '../arguments.ts';
import type { KeycloakApi, KeycloakPlace, Representation } from './admin-api.ts';
import { findClient, openAdminApi, placeOf, requireMark, showRealm } from './admin-api.ts';

type Value = number | boolean;

interface Setting {
  readonly place: KeycloakPlace;
  /** client_id of the client that is changed; null changes the realm. */
  readonly target: string | null;
  readonly before: Value;
  readonly after: Value;
}

interface SettingKind {
  readonly uses: string;
  readonly summary: string;
  /** Member of the representation. */
  readonly member: 'notBefore' | 'enabled';
  /** Its value while the containment holds. */
  readonly after: (clock: Clock) => Value;
  /** What an absent one counts as. */
  readonly absent: Value;
  readonly says: (target: string) => string;
  /** Only clients can be changed this way. */
  readonly clientOnly: boolean;
  /** What is sent after the change, so that adapters hear of it at once. */
  readonly push: string | null;
}

function settingAction(kind: SettingKind): StepAction {
  const { uses, summary, member } = kind;
  const targetOf = (call: ActionCall): string | null =>
    kind.clientOnly ? textOf(argumentOf(call, 'target')) : optionalText(argumentOf(call, 'target'));
  return {
    uses,
    summary,
    undoSummary: 'put the value from before back, read it again',
    isSelfContained: true,
    planned: (call) => {
      const place = placeOf(call);
      const what = targetText(targetOf(call), place);
      return {
        calls: [`PUT ${member} of ${what}`, ...(kind.push === null ? [] : [`POST ${kind.push} of ${what}`])],
        reaches: `${what}, which must carry the attribute firebreak.drill`,
        undo: `PUT ${member} of ${what} as it was before, read back; left alone if somebody else changed it meanwhile`,
      };
    },
    reach: async (call, context) => {
      const place = placeOf(call);
      await markedTarget(await openAdminApi(place, context), place, targetOf(call));
    },
    effect: ({ call }) => {
      const place = placeOf(call);
      const target = targetOf(call);
      return {
        action: uses,
        with: { place, target, before: kind.absent, after: kind.absent },
        says: kind.says(targetText(target, place)),
        undo: 'required',
      };
    },
    prepare: async (effect, context) => {
      const { place, target } = dataOf<Setting>(effect);
      const { found } = await markedTarget(await openAdminApi(place, context), place, target);
      const after = kind.after(machineOf(context).clock);
      return { ...effect, with: { ...effect.with, before: valueOf(found), after } };
    },
    apply: async (effect, context) => {
      const { place, target, after } = dataOf<Setting>(effect);
      const api = await openAdminApi(place, context);
      const { path } = await markedTarget(api, place, target);
      await write(api, path, target, after);
      if (kind.push !== null) await api.change('POST', `${path}/${kind.push}`);
      return { [member]: String(after) };
    },
    undo: async (effect, context) => {
      const { place, target, before, after } = dataOf<Setting>(effect);
      const api = await openAdminApi(place, context);
      const left = await targetIn(api, target);
      // What was deleted meanwhile cannot be put back, and need not be.
      if (left === null) return;
      const now = valueOf(left.found);
      if (now === before) return;
      if (now !== after) throw changedByOthers(member, targetText(target, place));
      await write(api, left.path, target, before);
      if (kind.push !== null) await api.change('POST', `${left.path}/${kind.push}`);
    },
    isGone: async (effect, context) => {
      const { place, target, before } = dataOf<Setting>(effect);
      const left = await targetIn(await openAdminApi(place, context), target);
      return left === null || valueOf(left.found) === before;
    },
    byHand: (effect) => {
      const { place, target, before } = dataOf<Setting>(effect);
      const name = target === null ? `realms/${place.realm}` : `clients/{id of ${target}} -r ${place.realm}`;
      return `kcadm.sh update ${name} -s ${member}=${String(before)}`;
    },
  };

  function valueOf(found: Representation): Value {
    const value = found[member];
    return typeof value === 'number' || typeof value === 'boolean' ? value : kind.absent;
  }

  /** Members that are not sent stay as they are. */
  function write(api: KeycloakApi, path: string, target: string | null, value: Value): Promise<void> {
    return api.change('PUT', path, { ...(target === null ? {} : { clientId: target }), [member]: value });
  }
}

interface Target {
  readonly path: string;
  readonly found: Representation;
}

/** What is changed, as it is now, and where. @throws UserError drill/not-a-canary, document/not-found */
async function markedTarget(api: KeycloakApi, place: KeycloakPlace, target: string | null): Promise<Target> {
  const marked = await targetIn(api, target);
  if (marked === null) {
    throw new UserError('document/not-found', `${showRealm(place)} has no client "${target ?? ''}"`, {
      hint: 'check target of the step',
    });
  }
  await requireMark(api, place, target === null ? null : marked.found);
  return marked;
}

/** Null for a client that is not there. */
async function targetIn(api: KeycloakApi, target: string | null): Promise<Target | null> {
  if (target === null) return { path: '', found: (await api.find('')) ?? {} };
  const client = await findClient(api, target);
  return client === null ? null : { path: `/clients/${client.id}`, found: client };
}

function targetText(target: string | null, place: KeycloakPlace): string {
  return target === null ? showRealm(place) : `client ${target} in ${showRealm(place)}`;
}

function changedByOthers(member: string, what: string): UserError {
  return new UserError(
    'drill/step-failed',
    `somebody else changed ${member} of ${what} meanwhile, so it was left alone`,
    {
      hint: 'look at it in the console and put it back by hand where it is not wanted',
    },
  );
}

/**
 * Refuses every token of a realm, or of one client, that was issued before now, where Keycloak itself is asked: introspection,
 * userinfo and refresh. Verifiers that hold keys of their own do not hear of it.
 */
export const pushNotBefore: StepAction = settingAction({
  uses: 'keycloak.push_not_before',
  summary: 'have Keycloak refuse tokens from before now',
  member: 'notBefore',
  // Keycloak counts whole seconds. With the next one it would refuse the very token that this change is made with.
  after: (clock) => Math.floor(clock.wall() / 1000),
  absent: 0,
  says: (target) => `refuse tokens from before now of ${target}`,
  clientOnly: false,
  push: 'push-revocation',
});

/** Disables one client: it gets no tokens, and Keycloak says of those that it has that they are not active. */
export const disableKeycloakClient: StepAction = settingAction({
  uses: 'keycloak.disable_client',
  summary: 'disable a client of Keycloak',
  member: 'enabled',
  after: () => false,
  absent: true,
  says: (target) => `disable ${target}`,
  clientOnly: true,
  push: null,
});
