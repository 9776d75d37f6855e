import { lint } from '../../src/lint/lint.ts';
import { readEstate } from '../../src/lint/read-whole.ts';
import { inventoryText, policyText } from '../../src/rules/example-documents.ts';

/** The day on which tables of rules are judged. */
const NOW = Date.UTC(2026, 5, 1);

/** What one rule says of some files: `file:line:column severity message`. Throws when a file cannot be read. */
export function linted(rule: string, files: Readonly<Record<string, string>>): readonly string[] {
  const inputs = Object.entries(files).map(([file, text]) => ({ file, text, named: true }));
  const { findings, errors } = lint(readEstate(inputs, { now: NOW }), { only: [rule] });
  if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join('; '));
  return findings.map(({ at, severity, message }) => `${at.file}:${at.line}:${at.column} ${severity} ${message}`);
}

/** `severity` of every finding of one rule in one policy whose `spec` is given. */
export function severitiesIn(rule: string, spec: string): readonly string[] {
  return linted(rule, { 'p.yaml': policyText('orders', spec) }).map((line) => line.split(' ')[1] ?? '');
}

/** What one rule says of a base and a policy that extends it. */
export function lintedChain(rule: string, base: string, leaf: string): readonly string[] {
  return linted(rule, { 'base.yaml': policyText('base', base), 'leaf.yaml': policyText('leaf', leaf) });
}

export interface EstateExample {
  readonly spec: string;
  /** Settings and channel uses of the one verifier, below its name, as YAML members. */
  readonly verifier: string;
  readonly channels?: string;
  readonly issuer?: string;
}

/** A policy `orders` and an inventory with one verifier that is held to it. */
export function estateFiles({ spec, verifier, channels, issuer }: EstateExample): Readonly<Record<string, string>> {
  const members = verifier
    .trim()
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
  return {
    'policy.yaml': policyText('orders', spec),
    'inventory.yaml': inventoryText({
      verifiers: `- name: api\n  environment: prod\n  issuer: main\n  policy: orders\n${members}`,
      ...(channels === undefined ? {} : { channels }),
      ...(issuer === undefined ? {} : { issuer }),
    }),
  };
}
