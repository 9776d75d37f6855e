import type { ValidDocument } from '../model/document.ts';
import type { EffectivePolicy } from '../model/policy.ts';
import { parseDocuments } from '../source/parse.ts';
import type { PolicyDocument } from './resolve-graph.ts';
import { resolvePolicies } from './resolve.ts';
import { isTokenPolicy, validateDocument } from './validate.ts';

/** A policy as one file has it. */
export interface PolicyAlone {
  readonly policy: EffectivePolicy;
  /** Bases that other files hold; nothing of them is in the policy. */
  readonly elsewhere: readonly string[];
}

export interface FileAlone {
  readonly policies: readonly PolicyAlone[];
  /** Documents of other kinds, in their order. */
  readonly others: readonly ValidDocument<unknown>[];
}

/**
 * Reads one file without any other, as a comparison of two versions of it must: the files around it are of one version
 * only.
 *
 * @returns null for a file that is not ours or has a fault
 */
export function readAlone(file: string, text: string): FileAlone | null {
  const parsed = parseDocuments(file, text);
  const readings = parsed.documents.map(validateDocument);
  const documents = readings.flatMap(({ document }) => (document === null ? [] : [document]));
  const faults = parsed.problems.length + readings.filter(({ problems }) => problems.length > 0).length;
  if (faults > 0 || documents.length === 0) return null;
  const own = documents.filter(isTokenPolicy);
  const names = new Set(own.map(({ name }) => name));
  const { policies, problems } = resolvePolicies(own.map((document) => withoutOthers(document, names)));
  if (problems.length > 0) return null;
  return {
    policies: policies.map((policy) => {
      const written = own.find(({ name }) => name === policy.name)?.spec.extends ?? [];
      return { policy, elsewhere: written.filter((name) => !names.has(name)) };
    }),
    others: documents.filter((document) => !isTokenPolicy(document)),
  };
}

function withoutOthers(document: PolicyDocument, names: ReadonlySet<string>): PolicyDocument {
  const { extends: bases = [], ...spec } = document.spec;
  return { ...document, spec: { ...spec, extends: bases.filter((name) => names.has(name)) } };
}
