import type { EffectivePolicy, Resolved } from '../model/policy.ts';

export interface PolicyRow {
  readonly path: string;
  readonly value: Resolved<unknown>;
}

/** Every value of a policy with its path. */
export function policyRows(policy: EffectivePolicy): readonly PolicyRow[] {
  const rows: PolicyRow[] = [
    { path: 'enforcement', value: policy.enforcement },
    { path: 'issuers', value: policy.issuers },
  ];
  for (const tokenClass of Object.values(policy.tokens)) {
    for (const [field, value] of Object.entries(tokenClass)) {
      if (isResolved(value)) rows.push({ path: `tokens.${tokenClass.tokenClass}.${snakeCase(field)}`, value });
    }
  }
  for (const [group, fields] of [
    ['keys', policy.keys],
    ['jwks_cache', policy.jwksCache],
  ] as const) {
    for (const [field, value] of Object.entries(fields)) rows.push({ path: `${group}.${snakeCase(field)}`, value });
  }
  for (const objective of Object.values(policy.objectives))
    rows.push({ path: `revocation.objectives.${objective.scenario}.max`, value: objective.max });
  return rows;
}

function isResolved(value: unknown): value is Resolved<unknown> {
  return typeof value === 'object' && value !== null && 'contributions' in value;
}

/** `maxLifetime` as documents would write it: `max_lifetime`. */
export function snakeCase(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
