import type { VerifierConfig, VerifierFactMap } from '../../model/config.ts';
import { ZERO, millis } from '../../model/quantity.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, descendants, isMapping, rootOf } from '../config-node.ts';
import { derivedFact, durationFact, flagFact, mapFact, textFact } from '../facts.ts';

/** Environment variables of istiod that decide how keys are fetched. */
export const CONTROL_PLANE_VARIABLES: RegExp =
  /PILOT_JWT_ENABLE_REMOTE_JWKS|PILOT_JWT_PUB_KEY_REFRESH_INTERVAL|JWKS_RESOLVER_INSECURE_SKIP_VERIFY|BLOCKED_CIDRS_IN_JWKS_URIS/;

/** Settings of istiod that a deployment, an IstioOperator, an Istio resource or Helm values hold; null when there are none. */
export function readControlPlane(document: ConfigDocument): VerifierConfig | null {
  const variables = variablesOf(document);
  const [first] = variables.values();
  if (first === undefined) return null;
  const at = first.at;
  const remote = remoteModeOf(variables.get('PILOT_JWT_ENABLE_REMOTE_JWKS') ?? null);
  const interval = durationFact(variables.get('PILOT_JWT_PUB_KEY_REFRESH_INTERVAL') ?? null, 's');
  const insecure = flagFact(variables.get('JWKS_RESOLVER_INSECURE_SKIP_VERIFY') ?? null);
  const blocked = textFact(variables.get('BLOCKED_CIDRS_IN_JWKS_URIS') ?? null);
  const facts: { readonly [Name in keyof VerifierFactMap]?: VerifierFactMap[Name] | undefined } = {
    keyCacheTtl: remote?.ttl ?? interval,
    staleOnError: remote?.stale,
    tlsVerified: mapFact(insecure, (skipped) => !skipped),
    fetchRestricted: mapFact(blocked, (list) => list.trim() !== ''),
  };
  return {
    kind: 'verifier',
    adapter: 'istio',
    name: 'istiod',
    file: document.file,
    at,
    profile: null,
    product: null,
    secrets: [],
    remarks: [],
    inlineKeys: [],
    scope: { role: 'istiod', mode: remote === null ? 'istiod' : remote.mode },
    facts: Object.fromEntries(Object.entries(facts).filter(([, fact]) => fact !== undefined)),
  };
}

interface RemoteMode {
  readonly mode: 'proxy' | 'unknown';
  readonly ttl: VerifierFactMap['keyCacheTtl'];
  readonly stale: VerifierFactMap['staleOnError'];
}

/** With `true`, `hybrid` or `envoy` every proxy fetches the key set; null when istiod does. */
function remoteModeOf(node: ConfigNode | null): RemoteMode | null {
  const fact = textFact(node);
  if (fact === undefined) return null;
  if (fact.origin === 'unknown') return { mode: 'unknown', ttl: fact, stale: fact };
  if (['false', 'istiod', ''].includes(fact.value.toLowerCase())) return null;
  const source = 'PILOT_JWT_ENABLE_REMOTE_JWKS: every proxy fetches for itself, and CacheDuration is 5 minutes';
  return {
    mode: 'proxy',
    ttl: derivedFact(millis(300_000), fact.at, source),
    stale: derivedFact(ZERO, fact.at, source),
  };
}

/** Both spellings: a list of `name` and `value` as in a container, and a mapping as in Helm values. */
function variablesOf(document: ConfigDocument): ReadonlyMap<string, ConfigNode> {
  const found = new Map<string, ConfigNode>();
  for (const node of descendants(rootOf(document))) {
    if (!isMapping(node.value)) continue;
    const { name } = node.value;
    const value = child(node, 'value');
    if (typeof name === 'string' && CONTROL_PLANE_VARIABLES.test(name) && value !== null) found.set(name, value);
    for (const key of Object.keys(node.value)) {
      const member = CONTROL_PLANE_VARIABLES.test(key) ? child(node, key) : null;
      if (member !== null && !isMapping(member.value)) found.set(key, member);
    }
  }
  return found;
}

/** What a control plane says of the keys of a verifier, put over the verifier's defaults. */
export function underControlPlane(verifier: VerifierConfig, planes: readonly VerifierConfig[]): VerifierConfig {
  const [plane, ...others] = planes;
  if (plane === undefined || verifier.product?.id !== 'istio') return verifier;
  if (others.length > 0) return { ...verifier, facts: { ...verifier.facts, ...undecided(verifier, planes) } };
  const { keyCacheTtl, staleOnError } = plane.facts;
  return {
    ...verifier,
    product: plane.scope?.['mode'] === 'proxy' ? { id: 'istio-remote-jwks', version: null } : verifier.product,
    facts: {
      ...verifier.facts,
      ...(keyCacheTtl === undefined ? {} : { keyCacheTtl }),
      ...(staleOnError === undefined ? {} : { staleOnError }),
    },
  };
}

/** Several control planes in one run: which of them serves the verifier, no file tells. */
function undecided(verifier: VerifierConfig, planes: readonly VerifierConfig[]): Partial<VerifierFactMap> {
  const source = 'this run holds several control planes, and no file tells which one counts';
  const isSet = (name: 'keyCacheTtl' | 'staleOnError'): boolean =>
    planes.some(({ facts }) => facts[name] !== undefined);
  const { at } = verifier;
  return {
    ...(isSet('keyCacheTtl') ? { keyCacheTtl: { origin: 'unknown', at, source } as const } : {}),
    ...(isSet('staleOnError') ? { staleOnError: { origin: 'unknown', at, source } as const } : {}),
  };
}

/** Whether a subject stands for a control plane and not for a rule about tokens. */
export function isControlPlane({ scope }: VerifierConfig): boolean {
  return scope?.['role'] === 'istiod';
}
