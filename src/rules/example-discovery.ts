/** Discovery documents of rule examples. */

const SOUND = {
  issuer: 'https://id.example.com',
  authorization_endpoint: 'https://id.example.com/authorize',
  token_endpoint: 'https://id.example.com/token',
  revocation_endpoint: 'https://id.example.com/revoke',
  introspection_endpoint: 'https://id.example.com/introspect',
  jwks_uri: 'https://id.example.com/jwks',
  response_types_supported: ['code'],
  grant_types_supported: ['authorization_code', 'refresh_token'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
  code_challenge_methods_supported: ['S256'],
};

/** A sound document, but for the given members; `undefined` leaves one out. */
export function discoveryText(members: Readonly<Record<string, unknown>> = {}): string {
  return `${JSON.stringify({ ...SOUND, ...members }, null, 2)}\n`;
}
