import { describe, expect, it } from 'vitest';
import { joinSubjects, readConfigFile } from '../../src/adapters/read-config.ts';
import { pairConfigs } from '../../src/lint/pair-configs.ts';

const POOL = `resource "aws_cognito_user_pool" "main" {
  name = "orders"
}
resource "aws_cognito_user_pool_client" "web" {
  user_pool_id = aws_cognito_user_pool.main.id
}
`;

const GATEWAY = `resource "aws_apigatewayv2_authorizer" "tokens" {
  authorizer_type = "JWT"
  jwt_configuration {
    issuer   = "https://\${aws_cognito_user_pool.main.endpoint}"
    audience = ["orders"]
  }
}
`;

function pairsOf(files: Readonly<Record<string, string>>): readonly string[] {
  const subjects = joinSubjects(Object.entries(files).flatMap(([file, text]) => readConfigFile(file, text).subjects));
  return pairConfigs(subjects).map(({ issuer, verifier, by }) => `${issuer.name} - ${verifier.name} by ${by}`);
}

describe('pairConfigs', () => {
  it('joins an issuer and a verifier of two adapters that one folder holds', () => {
    expect(pairsOf({ 'shop/pool.tf': POOL, 'shop/api.tf': GATEWAY })).toEqual([
      'user pool main - authorizer tokens by reference',
    ]);
  });

  it('does not join what only has the same name in another folder', () => {
    expect(pairsOf({ 'shop/pool.tf': POOL, 'ledger/api.tf': GATEWAY })).toEqual([]);
  });
});
