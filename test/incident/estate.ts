import type { Incident, Leaked } from '../../src/model/incident.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { readInventory } from '../../src/policy/read-inventory.ts';
import { validateDocument } from '../../src/policy/validate.ts';
import { parseDocuments } from '../../src/source/parse.ts';

export const NOW: number = Date.parse('2026-11-30T09:00:00Z');

/** What differs between the estates of the tables. */
export interface EstateParts {
  readonly channels?: string;
  /** Channels that verifier "reader" uses; verifier "deaf" uses none. */
  readonly uses?: string;
  readonly responses?: string;
}

/** An issuer, a verifier that reads lists and one that reads none. */
export function inventoryWith({ channels = '[]', uses = '[]', responses = '[]' }: EstateParts): Inventory {
  const text = `apiVersion: firebreak.dev/v1alpha1
kind: Inventory
metadata: { name: shop }
spec:
  environments: [{ name: live, class: prod, allow: [id.example] }]
  issuers:
    - name: id
      environment: live
      issuer: https://id.example
      jwks_uri: https://id.example/jwks
      time_to_act: 1s
      removal_delay: 0s
      replica_convergence: 0s
      jwks_http: { max_age: 0s }
      access_token_lifetime: 10m
      refresh_token: { rotation: true, reuse_detection: revoke_family, reuse_grace: 0s, absolute_lifetime: 14d, revokes_access_tokens: false }
  channels: ${channels}
  responses: ${responses}
  verifiers:
    - name: reader
      environment: live
      issuer: id
      library: { name: jose, version: 6.2.18 }
      settings: { key_cache_ttl: 5s, cooldown: 1s, fetch_timeout: 1s }
      derived_session_lifetime: 0s
      channels: ${uses}
    - name: deaf
      environment: live
      issuer: id
      library: { name: aws-jwt-verify, version: 5.2.1 }
      settings: { fetch_timeout: 1s }
      derived_session_lifetime: 0s
`;
  const [source] = parseDocuments('inventory.yaml', text).documents;
  if (source === undefined) throw new Error('the inventory of the test is not YAML');
  const { document, problems } = validateDocument(source);
  if (document === null) throw new Error(problems.map(({ message }) => message).join('; '));
  const { inventory, problems: faults } = readInventory(document);
  if (inventory === null) throw new Error(faults.map(({ message }) => message).join('; '));
  return inventory;
}

const NOWHERE = { file: 'incident.yaml', line: 1, column: 1, endLine: 1, endColumn: 1 };

export function incidentOf(leaked: Leaked): Incident {
  return {
    name: 'inc-7',
    file: 'incidents/inc-7/incident.yaml',
    issuer: 'https://id.example',
    leaked,
    since: NOW - 3_600_000,
    opened: NOW,
    lead: '@ana',
    environments: null,
    at: NOWHERE,
  };
}

/** A token with every claim that a list can name. */
export const TOKEN: Leaked = {
  kind: 'token',
  sha256: 'a'.repeat(64),
  alg: 'ES256',
  kid: 'main-1',
  claims: {
    iss: 'https://id.example',
    sub: 'u-1',
    aud: ['orders'],
    jti: 'j-1',
    sid: 's-1',
    clientId: 'web',
    iat: NOW / 1000 - 60,
    exp: NOW / 1000 + 540,
  },
};
