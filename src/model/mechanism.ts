/** Everything that can be done about a leaked credential, by the name that plans, inventories and journals give it. */
export const MECHANISMS = [
  'deny_jti',
  'deny_token',
  'deny_sid',
  'deny_sub',
  'deny_client_id',
  'deny_kid',
  'cut_off_subject',
  'cut_off_client',
  'cut_off_all',
  'revoke_token',
  'revoke_family',
  'end_session',
  'block_client',
  'rotate_client_secret',
  'rotate_key',
  'remove_key',
  'replace_secret',
  'flush_caches',
  'emergency_lifetime',
  'purge_sessions',
] as const;

export type Mechanism = (typeof MECHANISMS)[number];
