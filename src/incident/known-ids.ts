import type { HandedIdentifier } from '../model/drill.ts';
import type { Leaked } from '../model/incident.ts';
import type { ChannelKey } from '../model/policy.ts';
import type { Mechanism } from '../model/mechanism.ts';
import { MECHANISM_FACTS } from '../response/mechanisms.ts';

/** What is known of the leaked credential, by the claim or header parameter that says it. */
export type KnownIds = Readonly<Partial<Record<ChannelKey, string>>>;

/** What the incident itself says. */
export function idsOf(leaked: Leaked): KnownIds {
  switch (leaked.kind) {
    case 'token': {
      const { jti, sid, sub, clientId } = leaked.claims;
      return {
        token: leaked.sha256,
        ...(jti === null ? {} : { jti }),
        ...(sid === null ? {} : { sid }),
        ...(sub === null ? {} : { sub }),
        ...(clientId === null ? {} : { client_id: clientId }),
        ...(leaked.kid === null ? {} : { kid: leaked.kid }),
      };
    }
    case 'kid':
      return { kid: leaked.value };
    case 'client_id':
      return { client_id: leaked.value };
    case 'sid':
      return { sid: leaked.value };
    case 'hmac_secret':
      return leaked.kid === null ? {} : { kid: leaked.kid };
    case 'refresh_token':
      return {};
  }
}

/** What each mechanism must be able to name although it is no entry of a list. */
const NAMED_AT_THE_ISSUER: Readonly<Partial<Record<Mechanism, ChannelKey>>> = {
  end_session: 'sub',
  purge_sessions: 'sub',
  block_client: 'client_id',
  rotate_client_secret: 'client_id',
  rotate_key: 'kid',
  remove_key: 'kid',
  replace_secret: 'kid',
  revoke_token: 'jti',
};

/** The claim or header parameter that a mechanism names; null for those that name nothing. */
export function namedBy(mechanism: Mechanism): ChannelKey | null {
  return MECHANISM_FACTS[mechanism].key ?? NAMED_AT_THE_ISSUER[mechanism] ?? null;
}

/** The identifier for a mechanism; undefined when it needs one that nobody knows. */
export function identifierFor(mechanism: Mechanism, known: KnownIds): HandedIdentifier | null | undefined {
  const type = namedBy(mechanism);
  if (type === null) return null;
  const value = known[type];
  return value === undefined ? undefined : { type, value };
}
