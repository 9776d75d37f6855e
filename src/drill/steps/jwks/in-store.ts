import type { Effect } from '../../../model/drill.ts';
import { UserError } from '../../../model/failure.ts';
import type { StepAction, StepAnswer, StepContext } from '../../step.ts';
import { callText, dataOf, explained } from '../../step.ts';
import { canariesAmong } from '../left-canaries.ts';
import { FILE_STORE, GIT_STORE, HTTP_STORE } from '../stores.ts';
import { canaryWord, handedOr } from '../canary-entry.ts';
import type { TextStore } from '../text-store.ts';
import type { KeySetEdit } from './key-set-text.ts';
import { hasKey, kidsOf, undoneKeySet, withKey, withoutKey } from './key-set-text.ts';

interface Edit<T> extends KeySetEdit {
  readonly place: T;
  readonly jwk: Readonly<Record<string, unknown>>;
}

/** Kids of a run are `fbcanary-RUN-EXPIRY-ARM…`; what comes after the expiry tells its keys apart. */
const RUN_PART = /^(fbcanary-.*-)[^-]*$/;

/** Publishes a canary key in a key set that lies in a store. */
function addKeyTo<T>(store: TextStore<T>): StepAction {
  return {
    uses: `jwks.${store.name}.add_key`,
    summary: `publish a canary key in a key set (${store.name})`,
    undoSummary: 'put the text from before back, read it again',
    isSelfContained: true,
    planned: (call) => {
      const place = store.placeOf(call);
      return {
        calls: [`${store.change(place)}: add the public half of ${callText(call, 'key')}`],
        reaches: store.reaches(place),
        undo: 'put the bytes from before back, read them again; told and left alone if somebody else changed the keys',
      };
    },
    reach: async (call, context) => {
      const place = store.placeOf(call);
      hasKey((await store.read(place, context)).text, '', store.show(place));
    },
    effect: ({ call, vault }) => {
      const place = store.placeOf(call);
      const { kid, publicJwk } = vault.key(callText(call, 'key'));
      return {
        action: `jwks.${store.name}.add_key`,
        with: { place, kid, jwk: publicJwk, prefix: RUN_PART.exec(kid)?.[1] ?? kid },
        says: `publish canary key ${kid} in ${store.show(place)}`,
        undo: 'required',
      };
    },
    prepare: async (effect, context) => {
      const { place, kid } = dataOf<Edit<T>>(effect);
      const { text } = await store.read(place, context);
      // Also refuses a key set that may not be edited, before anything is written.
      const before = withoutKey(text, kid, store.show(place));
      return { ...effect, with: { ...effect.with, before } };
    },
    apply: (effect, context) =>
      edit(store, dataOf<Edit<T>>(effect), context, {
        message: effect.says,
        change: (text, { place, jwk }) => withKey(text, jwk, store.show(place)),
      }),
    undo: async (effect, context) => {
      await edit(store, dataOf<Edit<T>>(effect), context, {
        message: `undo: ${effect.says}`,
        change: (text, data) => {
          const undone = undoneKeySet(text, data, store.show(data.place));
          if (undone === null) throw changedByOthers(store.show(data.place), data.kid);
          return undone;
        },
      });
    },
    isGone: (effect, context) => isAbsent(store, effect, context),
    canaries: async ({ call }, context) => {
      const place = store.placeOf(call);
      const { text } = await store.read(place, context);
      return canariesAmong(kidsOf(text, store.show(place)), ({ name: kid }) => ({
        action: `jwks.${store.name}.add_key`,
        with: { place, kid, prefix: kid, before: withoutKey(text, kid, store.show(place)) },
        says: `canary key ${kid} in ${store.show(place)}`,
        undo: 'required',
      }));
    },
    byHand: (effect) => {
      const { place, kid } = dataOf<Edit<T>>(effect);
      return `remove the key with kid ${kid} from ${store.show(place)}`;
    },
  };
}

/** Takes a canary key out again. Nothing is left behind that would need undoing. */
function removeKeyFrom<T>(store: TextStore<T>): StepAction {
  return {
    uses: `jwks.${store.name}.remove_key`,
    summary: `take a canary key out of a key set (${store.name})`,
    undoSummary: null,
    isSelfContained: true,
    planned: (call) => {
      const place = store.placeOf(call);
      return {
        calls: [`${store.change(place)}: remove ${handedOr(call, 'kid', () => callText(call, 'key'))}`],
        reaches: store.reaches(place),
        undo: null,
      };
    },
    effect: ({ call, vault }) => {
      const place = store.placeOf(call);
      const kid = handedOr(call, 'kid', () => vault.key(callText(call, 'key')).kid);
      return {
        action: `jwks.${store.name}.remove_key`,
        with: { place, kid },
        says: `remove ${canaryWord(call, 'key')} ${kid} from ${store.show(place)}`,
        undo: 'none',
      };
    },
    apply: (effect, context) =>
      edit(store, dataOf<Edit<T>>(effect), context, {
        message: effect.says,
        change: (text, { place, kid }) => withoutKey(text, kid, store.show(place)),
      }),
    undo: async () => undefined,
    isGone: (effect, context) => isAbsent(store, effect, context),
  };
}

/** Reads, changes and writes; nothing is written when nothing changes. */
async function edit<T>(
  store: TextStore<T>,
  data: Edit<T>,
  context: StepContext,
  how: { readonly message: string; readonly change: (text: string, data: Edit<T>) => string },
): Promise<StepAnswer> {
  try {
    const from = await store.read(data.place, context);
    const to = how.change(from.text, data);
    if (to !== from.text) await store.write(data.place, { from, to, message: how.message }, context);
    return { changed: to === from.text ? 'no' : 'yes' };
  } catch (error) {
    throw explained(error, store.show(data.place));
  }
}

async function isAbsent<T>(store: TextStore<T>, effect: Effect, context: StepContext): Promise<boolean> {
  const { place, kid } = dataOf<Edit<T>>(effect);
  return !hasKey((await store.read(place, context)).text, kid, store.show(place));
}

function changedByOthers(place: string, kid: string): UserError {
  return new UserError('drill/step-failed', `somebody else changed ${place} meanwhile, so it was not overwritten`, {
    hint: `remove the key ${kid} from it by hand`,
  });
}

export const JWKS_STORE_ACTIONS: readonly StepAction[] = [
  addKeyTo(FILE_STORE),
  removeKeyFrom(FILE_STORE),
  addKeyTo(HTTP_STORE),
  removeKeyFrom(HTTP_STORE),
  addKeyTo(GIT_STORE),
  removeKeyFrom(GIT_STORE),
];
