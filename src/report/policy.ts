import { showLocation } from '../model/location.ts';
import type { EffectivePolicy, Resolved } from '../model/policy.ts';
import { showBound } from '../model/quantity.ts';
import type { Paint } from './color.ts';
import { jsonText } from './json-text.ts';

export interface PolicyRow {
  readonly path: string;
  readonly value: Resolved<unknown>;
}

/** The effective policy as text; with `explain`, everything that was said about each value. */
export function policyPretty(
  policy: EffectivePolicy,
  { explain, color }: { readonly explain: boolean; readonly color: Paint },
): string {
  const rows = policyRows(policy);
  const width = Math.max(...rows.map(({ path }) => path.length));
  const lines = rows.flatMap(({ path, value }) => [
    `  ${path.padEnd(width)}  ${show(value.value)}  ${color.dim(originOf(value))}`,
    ...(explain && value.contributions.length > 1
      ? value.contributions.map(
          (said) =>
            `  ${' '.repeat(width)}    ${color.dim(`${said.policy} says ${show(said.value)} at ${showLocation(said.at)}`)}`,
        )
      : []),
  ]);
  return [
    color.bold(`TokenPolicy ${policy.name}`) +
      color.dim(`  ${policy.chain.join(' <- ')}  digest ${policy.digest.slice(0, 12)}`),
    ...lines,
    '',
  ].join('\n');
}

/** The effective policy for machines: every value with its origin and position. */
export function policyJson(policy: EffectivePolicy): string {
  const values = Object.fromEntries(
    policyRows(policy).map(({ path, value }) => [
      path,
      {
        value: value.value,
        origin: value.origin,
        at: value.at === null ? null : showLocation(value.at),
        source: value.source,
        contributions: value.contributions.map((said) => ({
          policy: said.policy,
          at: showLocation(said.at),
          value: said.value,
        })),
      },
    ]),
  );
  return jsonText({
    schema_version: '1.0',
    name: policy.name,
    owner: policy.owner,
    chain: policy.chain,
    digest: policy.digest,
    values,
  });
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

function originOf({ at, origin, source }: Resolved<unknown>): string {
  return origin === 'explicit' && at !== null ? showLocation(at) : `${origin}: ${source ?? 'unknown'}`;
}

function show(value: unknown): string {
  if (typeof value === 'number')
    return value >= 1000 && value % 1000 === 0 ? showBound(value as Parameters<typeof showBound>[0]) : String(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `maxLifetime` as documents would write it: `max_lifetime`. */
export function snakeCase(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
