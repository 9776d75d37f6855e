import type { Estate, Rule } from '../../model/finding.ts';
import { inventoryText } from '../example-documents.ts';
import { revocablePolicy, revocationText } from '../example-revocations.ts';

const POLICY = revocablePolicy('jti');
const EXPIRES = '2026-06-30';
const INVENTORY = inventoryText({ verifiers: '- { name: orders, environment: prod, issuer: main }' });
const scoped = (environments: string): string =>
  revocationText({ revoke: ['jti: t-1'], expires: EXPIRES }).replace(
    '  revoke:',
    `  environments: [${environments}]\n  revoke:`,
  );

export const rule: Rule<'estate'> = {
  id: 'revocation/scope-unknown',
  on: 'estate',
  severity: 'error',
  securitySeverity: 7.8,
  confidence: 'likely',
  summary: 'A Revocation is about an issuer or environment that nothing else here speaks of.',
  why: 'The issuer is compared letter by letter, so one slash too many refuses nothing, and nothing fails. An environment that nobody renders for is never rendered.',
  fix: 'Write the issuer as the iss of its tokens has it, and environments as the Inventory names them.',
  sources: ['RFC 7519 section 4.1.1', 'RFC 8414 section 3.3', 'docs/render.md'],
  since: '0.1.0',
  examples: {
    bad: [
      {
        files: {
          'policy.yaml': POLICY,
          'revocation.yaml': revocationText({
            issuer: 'https://id.example.com/',
            revoke: ['jti: t-1'],
            expires: EXPIRES,
          }),
        },
      },
      { files: { 'inventory.yaml': INVENTORY, 'revocation.yaml': scoped('production') } },
    ],
    good: [
      {
        files: {
          'policy.yaml': POLICY,
          'revocation.yaml': revocationText({ revoke: ['jti: t-1'], expires: EXPIRES }),
        },
      },
      { files: { 'inventory.yaml': INVENTORY, 'revocation.yaml': scoped('prod') } },
    ],
  },
  *check(estate) {
    const issuers = issuersOf(estate);
    const known = environmentsOf(estate);
    for (const { name, at, issuer, environments } of estate.revocations ?? []) {
      if (issuer !== null && issuers.length > 0 && !issuers.includes(issuer)) {
        yield {
          at,
          message: `revocation "${name}" is about issuer ${issuer}, and no policy or inventory names that one; they name ${issuers.join(', ')}`,
          subject: `revocation ${name}/issuer`,
          value: issuer,
        };
      }
      for (const environment of known.length === 0 ? [] : (environments ?? [])) {
        if (known.includes(environment)) continue;
        yield {
          at,
          message: `revocation "${name}" counts in environment ${environment}, and no inventory has that one; they have ${known.join(', ')}`,
          subject: `revocation ${name}/environments`,
          value: environment,
        };
      }
    }
  },
};

function issuersOf({ policies, inventories }: Estate): readonly string[] {
  const named = [
    ...policies.flatMap(({ issuers }) => issuers.value.map(({ issuer }) => issuer)),
    ...inventories.flatMap(({ issuers }) => issuers.map(({ issuer }) => issuer)),
  ];
  return [...new Set(named)].sort();
}

function environmentsOf({ inventories }: Estate): readonly string[] {
  return [...new Set(inventories.flatMap(({ environments }) => environments.map(({ name }) => name)))].sort();
}
