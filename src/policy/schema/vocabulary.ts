import type { ChannelKey, ChannelType } from '../../model/policy.ts';

/** Kinds of revocation channels, in the order of the documentation. */
export const CHANNEL_TYPES: readonly ChannelType[] = [
  'denylist',
  'introspection',
  'status_list',
  'backchannel_logout',
  'ssf_caep',
  'jwks_removal',
  'short_lifetime',
  'redeploy',
];

/** What an entry of a channel can name. */
export const CHANNEL_KEYS: readonly ChannelKey[] = ['jti', 'sid', 'sub', 'client_id', 'kid', 'token'];
