import { describe, expect, it } from 'vitest';
import { joinSubjects, readConfigFile } from '../../src/adapters/read-config.ts';
import { factsText } from './fixtures.ts';

function factsOf(files: Readonly<Record<string, string>>): string {
  const subjects = Object.entries(files).flatMap(([file, text]) => readConfigFile(file, text).subjects);
  return factsText(joinSubjects(subjects));
}

describe('a module of Terraform in several files', () => {
  it('gives a user pool the loosest of what its clients say', () => {
    const client = (id: string, minutes: number): string => `resource "aws_cognito_user_pool_client" "${id}" {
  user_pool_id          = aws_cognito_user_pool.main.id
  access_token_validity = ${minutes}
  token_validity_units { access_token = "minutes" }
}
`;
    const facts = factsOf({
      'shop/pool.tf': 'resource "aws_cognito_user_pool" "main" {}\n',
      'shop/web.tf': client('web', 10),
      'shop/app.tf': client('app', 90),
      'ledger/clients.tf': client('ledger', 600),
    });
    expect(facts.split('\n\n').filter((subject) => subject.startsWith('issuer'))).toEqual([
      expect.stringMatching(/"user pool main" ledger\/clients\.tf[^]*accessTokenLifetime: 10h derived/),
      expect.stringMatching(/"user pool main" shop\/pool\.tf[^]*accessTokenLifetime: 1h30m derived/),
    ]);
  });

  it('gives a role of Vault what its auth method says', () => {
    const facts = factsOf({
      'auth/method.tf': `resource "vault_jwt_auth_backend" "ci" {
  path     = "pipelines"
  jwks_url = "https://id.example.com/jwks.json"
  tune { max_lease_ttl = "2h" }
}
`,
      'auth/role.tf': `resource "vault_jwt_auth_backend_role" "deploy" {
  backend    = "pipelines"
  role_type  = "jwt"
  user_claim = "sub"
}
`,
    });
    const role = facts.split('\n\n').find((subject) => subject.startsWith('verifier "role'));
    expect(role).toContain('product: vault-jwt');
    expect(role).toContain('derivedSessionLifetime: 2h explicit');
    expect(role).toContain('issuers: null default');
  });

  it('speaks of routes only where an authorizer is', () => {
    const route = 'resource "aws_apigatewayv2_route" "list" {\n  route_key = "GET /orders"\n}\n';
    const authorizer = 'resource "aws_apigatewayv2_authorizer" "tokens" {\n  authorizer_type = "REQUEST"\n}\n';
    expect(factsOf({ 'shop/routes.tf': route, 'ledger/auth.tf': authorizer })).not.toContain('route');
    expect(factsOf({ 'shop/routes.tf': route, 'shop/auth.tf': authorizer })).toContain('requirement: "none" default');
  });
});
