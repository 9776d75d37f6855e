import type { Leaked, LeakedKind } from '../model/incident.ts';
import type { Scenario } from '../model/policy.ts';

const SCENARIO_OF: Readonly<Record<LeakedKind, Scenario>> = {
  token: 'access_token',
  kid: 'signing_key',
  refresh_token: 'refresh_token',
  client_id: 'client',
  hmac_secret: 'hmac_secret',
  sid: 'user_session',
};

/** Which scenario of policies, predictions and drills a leak is. */
export function scenarioOf({ kind }: Pick<Leaked, 'kind'>): Scenario {
  return SCENARIO_OF[kind];
}
