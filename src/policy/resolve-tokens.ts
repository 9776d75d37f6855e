/** The token classes of effective policies. A class nobody in the chain speaks of is not governed and stays out. */
import type { Problem } from '../model/failure.ts';
import type { EffectivePolicy, EffectiveTokenClass, TokenClass, TokenPolicySpec } from '../model/policy.ts';
import { TOKEN_CLASSES } from '../model/policy.ts';
import { COMMON_TOKEN_DEFAULTS as COMMON, TOKEN_DEFAULTS, defaultMaxAge, missing } from './defaults.ts';
import { tokenDimensions } from './meet-tokens.ts';
import type { PolicyGraph, PolicyNode } from './resolve-graph.ts';
import { lookUp } from './resolve-value.ts';

export function resolveTokens(
  graph: PolicyGraph,
  problems: Problem[],
): (node: PolicyNode) => EffectivePolicy['tokens'] {
  const classes = TOKEN_CLASSES.map((tokenClass) => ({
    tokenClass,
    governed: spokenOf(graph, ({ tokens }) => tokens?.[tokenClass]),
    resolve: resolveClass(tokenClass, graph, problems),
  }));
  return (node) =>
    Object.fromEntries(
      classes
        .filter(({ governed }) => governed.has(node))
        .map(({ tokenClass, resolve }) => [tokenClass, resolve(node)]),
    );
}

/** Documents that speak of something, with all that extend them. */
export function spokenOf(graph: PolicyGraph, pick: (spec: TokenPolicySpec) => unknown): ReadonlySet<PolicyNode> {
  const speaking = new Set<PolicyNode>();
  for (const node of graph.nodes) {
    const speaks = pick(node.document.spec) !== undefined;
    if (speaks || node.bases.some((base) => speaking.has(base))) speaking.add(node);
  }
  return speaking;
}

function resolveClass(
  tokenClass: TokenClass,
  graph: PolicyGraph,
  problems: Problem[],
): (node: PolicyNode) => EffectiveTokenClass {
  const dimensions = tokenDimensions(tokenClass);
  const defaults = TOKEN_DEFAULTS[tokenClass];
  const present = lookUp(dimensions.present, graph, problems);
  const format = lookUp(dimensions.format, graph, problems);
  const typ = lookUp(dimensions.typ, graph, problems);
  const algorithms = lookUp(dimensions.algorithms, graph, problems);
  const audiences = lookUp(dimensions.audiences, graph, problems);
  const audienceMatch = lookUp(dimensions.audienceMatch, graph, problems);
  const maxLifetime = lookUp(dimensions.maxLifetime, graph, problems);
  const absoluteMaxLifetime = lookUp(dimensions.absoluteMaxLifetime, graph, problems);
  const maxAge = lookUp(dimensions.maxAge, graph, problems);
  const clockSkew = lookUp(dimensions.clockSkew, graph, problems);
  const requiredClaims = lookUp(dimensions.requiredClaims, graph, problems);
  const claimValues = lookUp(dimensions.claimValues, graph, problems);
  const crit = lookUp(dimensions.crit, graph, problems);
  const binding = resolveBinding(tokenClass, graph, problems);
  const oneTimeUse = lookUp(dimensions.oneTimeUse, graph, problems);
  const reuseDetection = lookUp(dimensions.reuseDetection, graph, problems);
  return (node) => {
    const lifetime = maxLifetime(node, defaults.maxLifetime);
    return {
      tokenClass,
      present: present(node, COMMON.present),
      format: format(node, COMMON.format),
      typ: typ(node, defaults.typ),
      algorithms: algorithms(node, COMMON.algorithms),
      audiences: audiences(node, missing<string>('audiences')),
      audienceMatch: audienceMatch(node, COMMON.audienceMatch),
      maxLifetime: lifetime,
      absoluteMaxLifetime: absoluteMaxLifetime(node, defaults.absoluteMaxLifetime),
      maxAge: maxAge(node, defaultMaxAge(lifetime)),
      clockSkew: clockSkew(node, COMMON.clockSkew),
      requiredClaims: requiredClaims(node, defaults.requiredClaims),
      claimValues: claimValues(node, COMMON.claimValues),
      crit: crit(node, COMMON.crit),
      ...binding(node),
      oneTimeUse: oneTimeUse(node, COMMON.oneTimeUse),
      reuseDetection: reuseDetection(node, COMMON.reuseDetection),
    };
  };
}

type BindingFields = Pick<
  EffectiveTokenClass,
  | 'bindingAccept'
  | 'dpopAlgorithms'
  | 'dpopMaxProofAge'
  | 'dpopRequireNonce'
  | 'dpopRequireAth'
  | 'dpopReplayCache'
  | 'mtlsCaBundles'
  | 'ipCidrs'
>;

function resolveBinding(
  tokenClass: TokenClass,
  graph: PolicyGraph,
  problems: Problem[],
): (node: PolicyNode) => BindingFields {
  const dimensions = tokenDimensions(tokenClass);
  const accept = lookUp(dimensions.bindingAccept, graph, problems);
  const algorithms = lookUp(dimensions.dpopAlgorithms, graph, problems);
  const maxProofAge = lookUp(dimensions.dpopMaxProofAge, graph, problems);
  const requireNonce = lookUp(dimensions.dpopRequireNonce, graph, problems);
  const requireAth = lookUp(dimensions.dpopRequireAth, graph, problems);
  const replayCache = lookUp(dimensions.dpopReplayCache, graph, problems);
  const mtlsCaBundles = lookUp(dimensions.mtlsCaBundles, graph, problems);
  const ipCidrs = lookUp(dimensions.ipCidrs, graph, problems);
  return (node) => ({
    bindingAccept: accept(node, COMMON.bindingAccept),
    dpopAlgorithms: algorithms(node, COMMON.dpopAlgorithms),
    dpopMaxProofAge: maxProofAge(node, COMMON.dpopMaxProofAge),
    dpopRequireNonce: requireNonce(node, COMMON.dpopRequireNonce),
    dpopRequireAth: requireAth(node, COMMON.dpopRequireAth),
    dpopReplayCache: replayCache(node, COMMON.dpopReplayCache),
    mtlsCaBundles: mtlsCaBundles(node, COMMON.mtlsCaBundles),
    ipCidrs: ipCidrs(node, COMMON.ipCidrs),
  });
}
