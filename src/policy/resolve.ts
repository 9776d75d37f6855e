/** TokenPolicy documents to effective policies: `extends` by meet, then the defaults. Pure; problems are returned. */
import type { Problem } from '../model/failure.ts';
import { compareProblems } from './problem-order.ts';
import type { EffectiveObjective, EffectivePolicy, Scenario } from '../model/policy.ts';
import { SCENARIOS } from '../model/policy.ts';
import { curveAlgorithms } from './combine.ts';
import {
  CACHE_DEFAULTS,
  COMMON_TOKEN_DEFAULTS,
  ENFORCEMENT_DEFAULT,
  KEY_DEFAULTS,
  OBJECTIVE_DEFAULTS,
  TOKEN_DEFAULTS,
  defaultCurves,
  defaultOverlap,
  missing,
} from './defaults.ts';
import { withDigest } from './digest.ts';
import type { TrustedIssuer } from './meet.ts';
import { JWKS_CACHE, KEYS, SCOPE, objectiveDimensions } from './meet-dimensions.ts';
import { accumulate } from './resolve-accumulate.ts';
import { finalFields } from './resolve-final.ts';
import type { PolicyDocument, PolicyGraph, PolicyNode } from './resolve-graph.ts';
import { buildGraph, nameLocation } from './resolve-graph.ts';
import { resolveChannels, resolveDrills } from './resolve-lists.ts';
import { resolveIssuance } from './resolve-issuance.ts';
import { resolveTokens } from './resolve-tokens.ts';
import { lookUp, resolvedFrom } from './resolve-value.ts';

export interface Resolution {
  /** Sorted by name. Policies that hang on a cycle or an unknown name are left out: half a policy is a looser one. */
  readonly policies: readonly EffectivePolicy[];
  /** Sorted by position. Any problem means that the policies must not be relied on. */
  readonly problems: readonly Problem[];
}

/**
 * Resolves every policy of the given documents. `extends` applies left to right, then the document itself; each field
 * is the meet of what the chain says, so no policy accepts more than any of its ancestors wrote. Defaults fill what the
 * whole chain leaves open. The result does not depend on the order of the documents.
 *
 * An overlay that writes a looser value than it inherits is a problem; its policy still resolves, to the meet.
 */
export function resolvePolicies(documents: readonly PolicyDocument[]): Resolution {
  const graph = buildGraph(documents);
  const problems = [...graph.problems];
  const policies = resolveNodes(graph, problems);
  return {
    policies: [...policies].sort((a, b) => (a.name < b.name ? -1 : 1)),
    problems: problems.sort(compareProblems),
  };
}

type Parts = Omit<EffectivePolicy, 'digest'>;
type Part<K extends keyof Parts> = (node: PolicyNode) => Parts[K];

function resolveNodes(graph: PolicyGraph, problems: Problem[]): readonly EffectivePolicy[] {
  const enforcement = lookUp(SCOPE.enforcement, graph, problems);
  const issuers = lookUp(SCOPE.issuers, graph, problems);
  const appliesTo = resolveScope(graph, problems);
  const tokens = resolveTokens(graph, problems);
  const issuance = resolveIssuance(graph, problems);
  const keys = resolveKeys(graph, problems);
  const jwksCache = resolveCache(graph, problems);
  const objectives = resolveObjectives(graph, problems);
  const channels = resolveChannels(graph, problems);
  const drills = resolveDrills(graph, problems);
  const final = finalFields(graph, problems);
  return graph.nodes.map((node) => {
    const { document, ancestors, index } = node;
    const known = knownPolicy(node);
    if (known !== null) return known;
    const ofTokens = tokens(node);
    const cache = jwksCache(node);
    const parts: Parts = {
      name: document.name,
      owner: document.owner,
      labels: document.labels,
      at: nameLocation(document),
      file: document.source.file,
      chain: [document.name, ...ancestors.map((ancestor) => ancestor.document.name).reverse()],
      enforcement: enforcement(node, ENFORCEMENT_DEFAULT),
      appliesTo: appliesTo(node),
      final: final[index] ?? [],
      issuers: issuers(node, missing<TrustedIssuer>('issuers')),
      tokens: ofTokens,
      issuance: issuance(node, ofTokens),
      keys: keys(node, ofTokens, cache),
      jwksCache: cache,
      objectives: objectives(node),
      channels: channels[index] ?? [],
      drills: drills[index] ?? [],
      locate: document.source.locate,
    };
    const policy = withDigest(parts);
    RESOLVED.set(document, { chain: chainOf(node), policy });
    return policy;
  });
}

/** The last policy that was made from a document, with everything it was made from. */
const RESOLVED = new WeakMap<
  PolicyDocument,
  { readonly chain: readonly PolicyDocument[]; readonly policy: EffectivePolicy }
>();

/** Two versions share what neither changed, so a policy whose whole chain is shared is one object in both. */
function knownPolicy(node: PolicyNode): EffectivePolicy | null {
  const known = RESOLVED.get(node.document);
  if (known === undefined) return null;
  const chain = chainOf(node);
  const isSame = chain.length === known.chain.length && chain.every((link, at) => link === known.chain[at]);
  return isSame ? known.policy : null;
}

function chainOf({ document, ancestors }: PolicyNode): readonly PolicyDocument[] {
  return [document, ...ancestors.map((ancestor) => ancestor.document)];
}

function resolveScope(graph: PolicyGraph, problems: Problem[]): Part<'appliesTo'> {
  const environments = accumulate(SCOPE.environments, graph, problems);
  const services = accumulate(SCOPE.services, graph, problems);
  const routes = accumulate(SCOPE.routes, graph, problems);
  const labels = accumulate(SCOPE.labels, graph, problems);
  return ({ index }) => ({
    environments: environments[index]?.value ?? 'all',
    services: services[index]?.value ?? 'all',
    routes: routes[index]?.value ?? 'all',
    labels: labels[index]?.value ?? {},
  });
}

function resolveKeys(
  graph: PolicyGraph,
  problems: Problem[],
): (node: PolicyNode, tokens: Parts['tokens'], cache: Parts['jwksCache']) => Parts['keys'] {
  const minRsaBits = lookUp(KEYS.minRsaBits, graph, problems);
  const curves = lookUp(KEYS.curves, graph, problems);
  const maxAge = lookUp(KEYS.maxAge, graph, problems);
  const rotationInterval = lookUp(KEYS.rotationInterval, graph, problems);
  const prePublish = lookUp(KEYS.prePublish, graph, problems);
  const overlap = lookUp(KEYS.overlap, graph, problems);
  const kidRequired = lookUp(KEYS.kidRequired, graph, problems);
  const unknownKid = lookUp(KEYS.unknownKid, graph, problems);
  const sources = lookUp(KEYS.sources, graph, problems);
  return (node, tokens, cache) => {
    const access = tokens.access_token;
    const lifetime = access?.maxLifetime ?? TOKEN_DEFAULTS.access_token.maxLifetime;
    const skew = access?.clockSkew ?? COMMON_TOKEN_DEFAULTS.clockSkew;
    return {
      minRsaBits: minRsaBits(node, KEY_DEFAULTS.minRsaBits),
      curves: curves(node, defaultCurves(curveAlgorithms(tokens))),
      maxAge: maxAge(node, KEY_DEFAULTS.maxAge),
      rotationInterval: rotationInterval(node, KEY_DEFAULTS.rotationInterval),
      prePublish: prePublish(node, KEY_DEFAULTS.prePublish),
      overlap: overlap(node, defaultOverlap(lifetime.value, skew.value, cache.maxTtl.value)),
      kidRequired: kidRequired(node, KEY_DEFAULTS.kidRequired),
      unknownKid: unknownKid(node, KEY_DEFAULTS.unknownKid),
      sources: sources(node, KEY_DEFAULTS.sources),
    };
  };
}

function resolveCache(graph: PolicyGraph, problems: Problem[]): Part<'jwksCache'> {
  const maxTtl = lookUp(JWKS_CACHE.maxTtl, graph, problems);
  const maxStale = lookUp(JWKS_CACHE.maxStale, graph, problems);
  const minRefreshInterval = lookUp(JWKS_CACHE.minRefreshInterval, graph, problems);
  const refreshOnUnknownKid = lookUp(JWKS_CACHE.refreshOnUnknownKid, graph, problems);
  return (node) => ({
    maxTtl: maxTtl(node, CACHE_DEFAULTS.maxTtl),
    maxStale: maxStale(node, CACHE_DEFAULTS.maxStale),
    minRefreshInterval: minRefreshInterval(node, CACHE_DEFAULTS.minRefreshInterval),
    refreshOnUnknownKid: refreshOnUnknownKid(node, CACHE_DEFAULTS.refreshOnUnknownKid),
  });
}

function resolveObjectives(graph: PolicyGraph, problems: Problem[]): Part<'objectives'> {
  const scenarios = SCENARIOS.map((scenario: Scenario) => {
    const { max, of } = objectiveDimensions(scenario);
    return { scenario, max: accumulate(max, graph, problems), of: accumulate(of, graph, problems) };
  });
  return ({ index }) => {
    const objectives: [Scenario, EffectiveObjective][] = [];
    for (const { scenario, max, of } of scenarios) {
      const held = max[index];
      const fallback = OBJECTIVE_DEFAULTS[scenario];
      const resolved = held === undefined ? fallback && { ...fallback, contributions: [] } : resolvedFrom(held);
      if (resolved === undefined) continue;
      objectives.push([scenario, { scenario, max: resolved, of: of[index]?.value ?? 'replicas' }]);
    }
    return Object.fromEntries(objectives);
  };
}
