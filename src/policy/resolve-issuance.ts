/** What issuers may mint, per class that a document of the chain speaks of. */
import type { Fact } from '../model/fact.ts';
import { derived } from '../model/fact.ts';
import type { Problem } from '../model/failure.ts';
import type { EffectiveIssuance, EffectivePolicy, EffectiveTokenClass, Resolved, TokenClass } from '../model/policy.ts';
import { TOKEN_CLASSES } from '../model/policy.ts';
import { COMMON_TOKEN_DEFAULTS as COMMON, TOKEN_DEFAULTS, missing } from './defaults.ts';
import { issuanceDimensions } from './meet-issuance.ts';
import { spokenOf } from './resolve-tokens.ts';
import type { PolicyGraph, PolicyNode } from './resolve-graph.ts';
import { lookUp } from './resolve-value.ts';

type Issuance = EffectivePolicy['issuance'];

export function resolveIssuance(
  graph: PolicyGraph,
  problems: Problem[],
): (node: PolicyNode, tokens: EffectivePolicy['tokens']) => Issuance {
  const classes = TOKEN_CLASSES.flatMap((tokenClass) => {
    const declared = spokenOf(graph, ({ issuance }) => issuance?.[tokenClass]);
    return declared.size === 0 ? [] : [{ tokenClass, declared, resolve: resolveClass(tokenClass, graph, problems) }];
  });
  return (node, tokens) =>
    Object.fromEntries(
      classes
        .filter(({ declared }) => declared.has(node))
        .map(({ tokenClass, resolve }) => [tokenClass, resolve(node, acceptedOf(tokenClass, tokens))]),
    );
}

function resolveClass(
  tokenClass: TokenClass,
  graph: PolicyGraph,
  problems: Problem[],
): (node: PolicyNode, accepted: AcceptedFields) => EffectiveIssuance {
  const dimensions = issuanceDimensions(tokenClass);
  const typ = lookUp(dimensions.typ, graph, problems);
  const algorithms = lookUp(dimensions.algorithms, graph, problems);
  const audiences = lookUp(dimensions.audiences, graph, problems);
  const maxLifetime = lookUp(dimensions.maxLifetime, graph, problems);
  const requiredClaims = lookUp(dimensions.requiredClaims, graph, problems);
  const claimValues = lookUp(dimensions.claimValues, graph, problems);
  const bindingAccept = lookUp(dimensions.bindingAccept, graph, problems);
  return (node, accepted) => ({
    tokenClass,
    typ: typ(node, asAccepted(accepted.typ)),
    algorithms: algorithms(node, asAccepted(accepted.algorithms)),
    audiences: audiences(node, asAccepted(accepted.audiences)),
    maxLifetime: maxLifetime(node, asAccepted(accepted.maxLifetime)),
    requiredClaims: requiredClaims(node, asAccepted(accepted.requiredClaims)),
    claimValues: claimValues(node, asAccepted(accepted.claimValues)),
    bindingAccept: bindingAccept(node, asAccepted(accepted.bindingAccept)),
  });
}

export type AcceptedFields = {
  readonly [Field in Exclude<keyof EffectiveIssuance, 'tokenClass'>]: Fact<EffectiveTokenClass[Field]['value']>;
};

/** What is accepted of a class; the defaults for one that is minted and that the policy does not govern. */
export function acceptedOf(tokenClass: TokenClass, tokens: EffectivePolicy['tokens']): AcceptedFields {
  const defaults = TOKEN_DEFAULTS[tokenClass];
  return (
    tokens[tokenClass] ?? {
      typ: defaults.typ,
      algorithms: COMMON.algorithms,
      audiences: missing<string>('audiences'),
      maxLifetime: defaults.maxLifetime,
      requiredClaims: defaults.requiredClaims,
      claimValues: COMMON.claimValues,
      bindingAccept: COMMON.bindingAccept,
    }
  );
}

/** Where nobody says what is minted, it is what is accepted. */
export function asAccepted<T>({ value, at }: Fact<T>): Resolved<T> {
  return { ...derived(value, 'docs/concepts-policies.md#issuance: what is accepted', at), contributions: [] };
}
