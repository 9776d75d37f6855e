import type { ValidDocument } from '../../src/model/document.ts';
import type { EffectivePolicy, TokenPolicySpec } from '../../src/model/policy.ts';
import { resolvePolicies } from '../../src/policy/resolve.ts';
import { parseDocuments } from '../../src/source/parse.ts';

export type PolicyDocument = ValidDocument<TokenPolicySpec>;

/** The policies of a YAML text, parsed by the real parser; the specs are not validated against the schema. */
export function policiesFrom(file: string, text: string): readonly PolicyDocument[] {
  const { documents, problems } = parseDocuments(file, text);
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('; '));
  return documents.map((source) => {
    const data = source.data as { metadata: { name: string }; spec: TokenPolicySpec };
    return { source, kind: 'TokenPolicy', name: data.metadata.name, owner: '@team', labels: {}, spec: data.spec };
  });
}

/** One policy document whose text is the JSON of the spec, in a file of its own. */
export function policyDocument(name: string, spec: TokenPolicySpec): PolicyDocument {
  const [document] = policiesFrom(`policies/${name}.yaml`, JSON.stringify({ metadata: { name }, spec }, null, 2));
  if (document === undefined) throw new Error(`no document for ${name}`);
  return document;
}

/** The named policy, after checking that nothing was wrong with the documents. */
export function resolved(name: string, documents: readonly PolicyDocument[]): EffectivePolicy {
  const { policies, problems } = resolvePolicies(documents);
  if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('; '));
  const policy = policies.find((candidate) => candidate.name === name);
  if (policy === undefined) throw new Error(`no policy ${name}`);
  return policy;
}
