import type { ClientConfig, ClientFactMap, ConfigFact, ConfigRemark } from '../../model/config.ts';
import type { Bound } from '../../model/quantity.ts';
import { ZERO } from '../../model/quantity.ts';
import { REFRESH_PAGE, ROTATING_LIFETIME, clientSettings } from './settings.ts';
import type { ConfigNode } from '../config-node.ts';
import { child } from '../config-node.ts';
import {
  completeFacts,
  derivedFact,
  durationFact,
  flagFact,
  listFact,
  mapFact,
  orDefault,
  textFact,
} from '../facts.ts';
import { secretsOf } from '../secret.ts';

type Maybe<T> = ConfigFact<T> | undefined;

/** Grants of Auth0's own, by the registered name of what they are. */
const OWN_GRANTS: Readonly<Record<string, string>> = {
  'http://auth0.com/oauth/grant-type/password-realm': 'password',
};

const BROWSER_GRANTS: readonly string[] = ['authorization_code', 'implicit'];

export function nameOf(node: ConfigNode): string {
  const name = textFact(child(node, 'name'));
  return name !== undefined && name.origin !== 'unknown' ? name.value : node.pointer;
}

export function readClient(client: ConfigNode, issuer: string | null): ClientConfig {
  const grants = mapFact(listFact(child(client, 'grant_types')), (names) => [
    ...new Set(names.map((name) => OWN_GRANTS[name] ?? name)),
  ]);
  return {
    kind: 'client',
    adapter: 'auth0',
    name: `client ${nameOf(client)}`.trim(),
    file: client.document.file,
    at: client.at,
    profile: null,
    issuer,
    secrets: secretsOf(child(client, 'client_secret'), 'client'),
    remarks: remarksOf(child(client, 'refresh_token')),
    facts: completeFacts<ClientFactMap>(
      clientSettings,
      'client',
      {
        clientId: textFact(child(client, 'client_id')),
        public: publicFact(client),
        grantTypes: grants,
        redirectUris: mayUse(grants, BROWSER_GRANTS) ? listFact(child(client, 'callbacks')) : undefined,
        idTokenLifetime: durationFact(child(client, 'jwt_configuration', 'lifetime_in_seconds'), 's'),
        senderConstraint: mapFact(flagFact(child(client, 'require_proof_of_possession')), (on) =>
          on ? 'required' : 'none',
        ),
        ...(mayUse(grants, ['refresh_token']) ? refreshOf(child(client, 'refresh_token')) : {}),
      },
      client.at,
    ),
  };
}

/** Older clients have no method written; what runs at the user's has no place for a secret. */
function publicFact(client: ConfigNode): Maybe<boolean> {
  const method = textFact(child(client, 'token_endpoint_auth_method'));
  if (method !== undefined) return mapFact(method, (name) => name === 'none');
  const type = child(client, 'app_type');
  return type?.value === 'spa' || type?.value === 'native'
    ? derivedFact(true, type.at, `app_type ${type.value}`)
    : undefined;
}

/** Exports write refresh token settings into clients that never get one. */
function mayUse(grants: Maybe<readonly string[]>, wanted: readonly string[]): boolean {
  return grants === undefined || grants.origin === 'unknown' || grants.value.some((grant) => wanted.includes(grant));
}

function refreshOf(refresh: ConfigNode | null): ClientFactMap {
  if (refresh === null) return {};
  const rotation = mapFact(textFact(child(refresh, 'rotation_type')), (word) => word === 'rotating');
  const rotates = rotation !== undefined && rotation.origin !== 'unknown' && rotation.value;
  const leeway = durationFact(child(refresh, 'leeway'), 's');
  const facts = {
    refreshRotation: rotation,
    refreshTokenLifetime: lifetimeOf(refresh),
    refreshTokenIdle: endless(refresh, 'infinite_idle_token_lifetime', 'idle_token_lifetime'),
    refreshReuseGrace: rotates
      ? orDefault(leeway, { origin: 'default', value: ZERO, source: `${REFRESH_PAGE}, leeway` }, refresh.at)
      : undefined,
  };
  return Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined));
}

function lifetimeOf(refresh: ConfigNode): Maybe<Bound> {
  const expiration = textFact(child(refresh, 'expiration_type'));
  if (expiration?.origin === 'unknown') return expiration;
  if (expiration?.value === 'non-expiring') return { ...expiration, value: 'unbounded' };
  const written = endless(refresh, 'infinite_token_lifetime', 'token_lifetime');
  if (written !== undefined || expiration === undefined) return written;
  const source = `${REFRESH_PAGE}, token_lifetime`;
  return { origin: 'default', value: ROTATING_LIFETIME, at: expiration.at, source, versions: null };
}

/** A flag that takes the limit away, and else the limit. */
function endless(refresh: ConfigNode, flag: string, limit: string): Maybe<Bound> {
  const infinite = flagFact(child(refresh, flag));
  if (infinite?.origin === 'unknown') return infinite;
  return infinite?.value === true ? { ...infinite, value: 'unbounded' } : durationFact(child(refresh, limit), 's');
}

function remarksOf(refresh: ConfigNode | null): readonly ConfigRemark[] {
  const leeway = child(refresh, 'leeway');
  const isRotating = child(refresh, 'rotation_type')?.value !== 'non-rotating';
  if (leeway === null || typeof leeway.value !== 'number' || leeway.value === 0 || isRotating) return [];
  const message = 'leeway has no effect on refresh tokens that are not rotated';
  return [{ kind: 'ignored-setting', message, at: leeway.at }];
}
