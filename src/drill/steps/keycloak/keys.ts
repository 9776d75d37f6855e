import { randomUUID } from 'node:crypto';
import { UserError } from '../../../model/failure.ts';
import type { StepAction } from '../../step.ts';
import { callText, dataOf } from '../../step.ts';
import { argumentOf, choiceOf, isMapping } from '../arguments.ts';
import type { KeycloakApi, KeycloakPlace, Representation } from './admin-api.ts';
import { openAdminApi, placeOf, requireMark, showRealm } from './admin-api.ts';

const KEY_PROVIDER = 'org.keycloak.keys.KeyProvider';

/** How much more than the highest priority a new key gets, so that it signs. */
const PRIORITY_STEP = 10;

interface DisabledKey {
  readonly place: KeycloakPlace;
  readonly kid: string;
  /** Component that holds the key; empty until it was looked up. */
  readonly component: string;
}

interface NewKey {
  readonly place: KeycloakPlace;
  readonly algorithm: 'ES256' | 'RS256';
  /** Name of the component, which tells it from every other. */
  readonly name: string;
}

/**
 * Disables the key that signed a canary token: it leaves the key set, and Keycloak no longer takes its tokens. Other tokens
 * under the same key end too, so that only a realm for drills may be changed this way.
 */
export const disableKey: StepAction = {
  uses: 'keycloak.disable_key',
  summary: 'disable the key of Keycloak that signed a canary token',
  undoSummary: 'enable the key again, read it back',
  isSelfContained: true,
  planned: (call) => {
    const place = placeOf(call);
    return {
      calls: [`PUT config.enabled false of the key of ${callText(call, 'of')} in ${showRealm(place)}`],
      reaches: `every token under that key; the realm must carry the attribute firebreak.drill`,
      undo: 'PUT config.enabled true, read back',
    };
  },
  reach: (call, context) => reachRealm(placeOf(call), context),
  effect: ({ call, vault }) => {
    const place = placeOf(call);
    const kid = vault.token(callText(call, 'of')).header['kid'];
    if (typeof kid !== 'string') {
      throw new UserError('document/invalid', `the token "${callText(call, 'of')}" names no key`, {
        hint: 'take a canary that is a JWT of this Keycloak',
        at: call.at,
      });
    }
    return {
      action: 'keycloak.disable_key',
      with: { place, kid, component: '' },
      says: `disable key ${kid} in ${showRealm(place)}`,
      undo: 'required',
    };
  },
  prepare: async (effect, context) => {
    const { place, kid } = dataOf<DisabledKey>(effect);
    const api = await openAdminApi(place, context);
    await requireMark(api, place, null);
    const found = (await keysOf(api)).find((key) => key['kid'] === kid);
    if (found === undefined || typeof found['providerId'] !== 'string') {
      throw new UserError('document/not-found', `${showRealm(place)} has no key ${kid}`, {
        hint: 'take a canary that this realm has signed',
      });
    }
    return { ...effect, with: { ...effect.with, component: found['providerId'] } };
  },
  apply: async (effect, context) => {
    const { place, component } = dataOf<DisabledKey>(effect);
    const api = await openAdminApi(place, context);
    await requireMark(api, place, null);
    await setEnabled(api, component, false);
    return { key: 'disabled' };
  },
  undo: async (effect, context) => {
    const { place, component } = dataOf<DisabledKey>(effect);
    await setEnabled(await openAdminApi(place, context), component, true);
  },
  isGone: async (effect, context) => {
    const { place, component } = dataOf<DisabledKey>(effect);
    const found = await (await openAdminApi(place, context)).find(`/components/${component}`);
    // A key that somebody deleted meanwhile cannot be enabled, and need not be.
    return found === null || isEnabled(found);
  },
  byHand: (effect) => {
    const { place, component } = dataOf<DisabledKey>(effect);
    return `kcadm.sh update components/${component} -r ${place.realm} -s 'config.enabled=["true"]'`;
  },
};

/** Adds a key that signs from now on. The keys before stay in the key set until they are disabled. */
export const rotateKey: StepAction = {
  uses: 'keycloak.rotate_key',
  summary: 'have Keycloak sign with a new key',
  undoSummary: 'remove the new key, read the keys back',
  isSelfContained: true,
  planned: (call) => {
    const place = placeOf(call);
    return {
      calls: [`POST a ${algorithmIn(call)} key with the highest priority to ${showRealm(place)}`],
      reaches: `every token that is issued from then on; the realm must carry the attribute firebreak.drill`,
      undo: 'DELETE the new key, read back; tokens under it end with it',
    };
  },
  reach: (call, context) => reachRealm(placeOf(call), context),
  effect: ({ call, expiresAt }) => {
    const place = placeOf(call);
    const name = `fbcanary-${expiresAt}-${randomUUID()}`;
    return {
      action: 'keycloak.rotate_key',
      with: { place, algorithm: algorithmIn(call), name },
      says: `sign with new key ${name} in ${showRealm(place)}`,
      undo: 'required',
    };
  },
  apply: async (effect, context) => {
    const { place, algorithm, name } = dataOf<NewKey>(effect);
    const api = await openAdminApi(place, context);
    await requireMark(api, place, null);
    // A second time it is there already.
    if ((await componentsNamed(api, name)).length > 0) return { key: 'added' };
    const realm = (await api.find('')) ?? {};
    const priorities = (await keysOf(api)).map((key) => Number(key['providerPriority'] ?? 0));
    await api.change('POST', '/components', {
      name,
      parentId: realm['id'],
      providerType: KEY_PROVIDER,
      providerId: algorithm === 'ES256' ? 'ecdsa-generated' : 'rsa-generated',
      config: {
        priority: [String(Math.max(0, ...priorities) + PRIORITY_STEP)],
        enabled: ['true'],
        active: ['true'],
        ...(algorithm === 'ES256' ? { ecdsaEllipticCurveKey: ['P-256'] } : { algorithm: ['RS256'] }),
      },
    });
    return { key: 'added' };
  },
  undo: async (effect, context) => {
    const { place, name } = dataOf<NewKey>(effect);
    const api = await openAdminApi(place, context);
    for (const { id } of await componentsNamed(api, name)) await api.change('DELETE', `/components/${String(id)}`);
  },
  isGone: async (effect, context) => {
    const { place, name } = dataOf<NewKey>(effect);
    return (await componentsNamed(await openAdminApi(place, context), name)).length === 0;
  },
  byHand: (effect) => {
    const { place, name } = dataOf<NewKey>(effect);
    return `kcadm.sh delete components/{id of ${name}} -r ${place.realm}`;
  },
};

function algorithmIn(call: Parameters<typeof placeOf>[0]): NewKey['algorithm'] {
  return choiceOf(argumentOf(call, 'algorithm'), ['ES256', 'RS256']);
}

async function reachRealm(place: KeycloakPlace, context: Parameters<typeof openAdminApi>[1]): Promise<void> {
  await requireMark(await openAdminApi(place, context), place, null);
}

async function keysOf(api: KeycloakApi): Promise<readonly Representation[]> {
  const answer = await api.get('/keys');
  return isMapping(answer) && Array.isArray(answer['keys']) ? answer['keys'].filter(isMapping) : [];
}

async function componentsNamed(api: KeycloakApi, name: string): Promise<readonly Representation[]> {
  const answer = await api.get(`/components?type=${KEY_PROVIDER}&name=${encodeURIComponent(name)}`);
  return Array.isArray(answer) ? answer.filter(isMapping).filter((found) => found['name'] === name) : [];
}

async function setEnabled(api: KeycloakApi, component: string, enabled: boolean): Promise<void> {
  const found = await api.find(`/components/${component}`);
  if (found === null || isEnabled(found) === enabled) return;
  const config = isMapping(found['config']) ? found['config'] : {};
  await api.change('PUT', `/components/${component}`, { ...found, config: { ...config, enabled: [String(enabled)] } });
}

function isEnabled({ config }: Representation): boolean {
  const written = isMapping(config) ? config['enabled'] : undefined;
  return !Array.isArray(written) || String(written[0]) === 'true';
}
