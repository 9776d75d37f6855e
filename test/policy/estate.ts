import { readFileSync } from 'node:fs';
import type { EstateRead } from '../../src/lint/read-estate.ts';
import { readEstate } from '../../src/lint/read-whole.ts';

export const NOW = Date.parse('2026-11-23T09:00:00Z');

/** Reads texts the way the commands do. */
export function estateOf(texts: Readonly<Record<string, string>>, now: number = NOW): EstateRead {
  return readEstate(
    Object.entries(texts).map(([file, text]) => ({ file, text })),
    { now },
  );
}

/** The documents of a file of test/policy/composition. */
export function organisation(): string {
  return readFileSync('test/policy/composition/organisation.yaml', 'utf8');
}

export interface Written {
  readonly name: string;
  readonly spec: unknown;
}

/** One document as JSON, which is YAML too. */
export function documentText(kind: string, { name, spec }: Written): string {
  return JSON.stringify(
    { apiVersion: 'firebreak.dev/v1alpha1', kind, metadata: { name, owner: '@team' }, spec },
    null,
    2,
  );
}
