import type { ChannelKey, ChannelType, Scenario } from '../model/policy.ts';
import { ACCESS_TOKEN_KEYS } from '../predict/access-token.ts';
import { FAMILY_KEYS } from '../predict/refresh-token.ts';

/**
 * What an entry must be able to name to end a leak. A thief with a signing key or a secret writes jti, sub and sid, so
 * only the key itself can be named.
 */
const KEYS: Readonly<Record<Scenario, readonly ChannelKey[]>> = {
  access_token: ACCESS_TOKEN_KEYS,
  refresh_token: FAMILY_KEYS,
  signing_key: ['kid'],
  hmac_secret: ['kid'],
  client: ['client_id'],
  user_session: ['sid', 'sub'],
};

/** Types that are asked about, or told of, single tokens, sessions, subjects or keys. */
const NAMING: readonly ChannelType[] = ['denylist', 'introspection', 'status_list', 'backchannel_logout', 'ssf_caep'];

/** Whether a channel can end a leak of this kind by naming what leaked. */
export function canEnd(
  channel: { readonly type: ChannelType; readonly keys: readonly ChannelKey[] },
  scenario: Scenario,
): boolean {
  // The issuer knows which grant, client and user a token belongs to, so asking it covers all of them.
  if (channel.type === 'introspection') return scenario !== 'signing_key' && scenario !== 'hmac_secret';
  return NAMING.includes(channel.type) && channel.keys.some((key) => KEYS[scenario].includes(key));
}
