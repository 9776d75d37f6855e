import type { ConfigDocument } from '../../source/config-document.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, isMapping, items, members, rootOf } from '../config-node.ts';
import { textFact } from '../facts.ts';

/** One jwt_authn filter of a document. */
export interface EnvoyFilter {
  readonly config: ConfigNode;
  /** Tells its providers and rules from those of the other filters; empty when there is no other. */
  readonly suffix: string;
}

const FILTER_NAME = 'envoy.filters.http.jwt_authn';

interface Found {
  readonly config: ConfigNode;
  readonly listener: string | null;
}

/**
 * Every jwt_authn filter, wherever it stands: in a bootstrap, a listener, a dump, or the patch of a mesh or gateway.
 *
 * @param holder name of the resource around the document; by default the document itself may be one
 */
export function filtersOf(document: ConfigDocument, holder: string | null = null): readonly EnvoyFilter[] {
  const root = rootOf(document);
  const resource = holder ?? resourceOf(root);
  const found = [...filtersBelow(root, null)];
  const labels = found.map(({ listener }) =>
    resource !== null ? ` of ${resource}` : found.length > 1 && listener !== null ? ` of listener ${listener}` : '',
  );
  return found.map(({ config }, index) => {
    const label = labels[index] ?? '';
    const earlier = labels.slice(0, index).filter((other) => other === label).length;
    return { config, suffix: earlier === 0 ? label : `${label} #${earlier + 1}` };
  });
}

/** Settings of the filter on single routes: `typed_per_filter_config` of a route or virtual host. */
export function* perRouteConfigs(
  node: ConfigNode,
): Iterable<{ readonly owner: ConfigNode; readonly config: ConfigNode }> {
  const config = child(node, 'typed_per_filter_config|typedPerFilterConfig', FILTER_NAME);
  if (config !== null) yield { owner: node, config };
  for (const [, member] of members(node)) yield* perRouteConfigs(member);
  for (const item of items(node)) yield* perRouteConfigs(item);
}

/** A text that is known; null for one that is absent or filled in elsewhere. */
export function knownText(node: ConfigNode | null): string | null {
  const fact = textFact(node);
  return fact === undefined || fact.origin === 'unknown' ? null : fact.value;
}

/** `EnvoyFilter jwt` for a Kubernetes resource. */
function resourceOf(root: ConfigNode): string | null {
  const kind = knownText(child(root, 'kind'));
  if (kind === null || child(root, 'apiVersion') === null) return null;
  const name = knownText(child(root, 'metadata', 'name'));
  return name === null ? kind : `${kind} ${name}`;
}

function* filtersBelow(node: ConfigNode, listener: string | null): Iterable<Found> {
  const config = configOf(node);
  if (config !== null) {
    yield { config, listener };
    return;
  }
  const isListener = child(node, 'filter_chains|filterChains') !== null;
  const name = isListener ? (knownText(child(node, 'name')) ?? listener) : listener;
  for (const [, member] of members(node)) yield* filtersBelow(member, name);
  for (const item of items(node)) yield* filtersBelow(item, name);
}

/** The JwtAuthentication message at a node: typed, inside a TypedStruct, or by the name of the filter alone. */
function configOf(node: ConfigNode): ConfigNode | null {
  if (!isMapping(node.value)) return null;
  const { '@type': type, type_url: structType, typeUrl = structType, name } = node.value;
  if (isFilterType(type)) return node;
  if (isFilterType(typeUrl)) return child(node, 'value');
  if (name !== FILTER_NAME) return null;
  const config = child(node, 'typed_config|typedConfig|config');
  return config !== null && isMapping(config.value) && !('@type' in config.value) && child(config, 'providers') !== null
    ? config
    : null;
}

function isFilterType(type: unknown): boolean {
  return typeof type === 'string' && /jwt_authn\.v\w+\.JwtAuthentication$/.test(type);
}
