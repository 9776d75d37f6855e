import type { ConfigDocument } from '../source/config-document.ts';
import { MASK } from '../source/placeholder.ts';
import type { ConfigNode } from './config-node.ts';
import { child, items, rootOf } from './config-node.ts';

/** One Kubernetes resource of a document. */
export interface KubernetesResource {
  readonly node: ConfigNode;
  readonly kind: string;
  /** `apiVersion` without the version: `security.istio.io`. Empty for the core group. */
  readonly group: string;
  /** Null when it is absent or filled in elsewhere. */
  readonly namespace: string | null;
  /** `shop/orders`; only the name where the namespace is not known. */
  readonly label: string;
}

/** The resource that a document is, or the items of a `List`. */
export function resourcesOf(document: ConfigDocument): readonly KubernetesResource[] {
  const root = rootOf(document);
  const kind = child(root, 'kind')?.value;
  const nodes = typeof kind === 'string' && kind.endsWith('List') ? items(child(root, 'items')) : [root];
  return nodes.flatMap((node, index) => resourceAt(node, index));
}

function resourceAt(node: ConfigNode, index: number): readonly KubernetesResource[] {
  const kind = child(node, 'kind')?.value;
  const version = child(node, 'apiVersion')?.value;
  if (typeof kind !== 'string' || typeof version !== 'string') return [];
  const namespace = plainText(child(node, 'metadata', 'namespace'));
  const name = plainText(child(node, 'metadata', 'name')) ?? `number ${node.document.index + index + 1}`;
  return [
    {
      node,
      kind,
      group: version.includes('/') ? version.slice(0, version.lastIndexOf('/')) : '',
      namespace,
      label: namespace === null ? name : `${namespace}/${name}`,
    },
  ];
}

/** A text without template expressions. */
function plainText(node: ConfigNode | null): string | null {
  return typeof node?.value === 'string' && node.value !== '' && !node.value.includes(MASK) ? node.value : null;
}
