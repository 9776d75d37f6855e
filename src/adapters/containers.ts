import type { ConfigDocument } from '../source/config-document.ts';
import type { ConfigNode } from './config-node.ts';
import { child, isMapping, items, members, rootOf } from './config-node.ts';
import { parseInside } from './embedded.ts';

/** What is started somewhere with settings of its own, as far as a file tells. */
export interface Container {
  /** `service api`, `container api`, `config map api`, `environment`. */
  readonly name: string;
  readonly node: ConfigNode;
  /** Null where the file names none. */
  readonly image: string | null;
  /** Environment variables by their names; the last one counts. */
  readonly environment: ReadonlyMap<string, ConfigNode>;
  /** Words of the command line, each with the place where it stands. */
  readonly words: readonly ConfigNode[];
}

/**
 * Services of Compose files, containers of Kubernetes workloads, the data of ConfigMaps and Secrets, and files of
 * environment variables. What other files add to them is not followed.
 */
export function containersOf(document: ConfigDocument): readonly Container[] {
  const root = rootOf(document);
  if (document.format === 'env') {
    return [{ name: 'environment', node: root, image: null, environment: new Map(members(root)), words: [] }];
  }
  return [...servicesOf(root), ...[root, ...items(child(root, 'items'))].flatMap(workloadsOf)];
}

/** Files that stand as texts in a ConfigMap. Their positions are those of the text, because YAML may have folded it. */
export function embeddedFiles(document: ConfigDocument): readonly ConfigDocument[] {
  const root = rootOf(document);
  return [root, ...items(child(root, 'items'))]
    .filter((node) => child(node, 'kind')?.value === 'ConfigMap')
    .flatMap((node) => members(child(node, 'data')))
    .flatMap(([name, node]) => embeddedFile(name, node));
}

/** A file that stands as the text of a node, by the name it will have. */
export function embeddedFile(name: string, node: ConfigNode): readonly ConfigDocument[] {
  if (typeof node.value !== 'string') return [];
  return parseInside(node.document, name, node.value, () => node.at);
}

/** A node for a part of another one's value. */
export function partOf({ document, pointer, at, keyAt }: ConfigNode, value: unknown): ConfigNode {
  return { document, pointer, value, at, keyAt };
}

function servicesOf(root: ConfigNode): readonly Container[] {
  return members(child(root, 'services'))
    .filter(([, { value }]) => isMapping(value))
    .map(([name, node]) => ({
      name: `service ${name}`,
      node,
      image: textOf(child(node, 'image')),
      environment: environmentOf(child(node, 'environment')),
      words: [...wordsOf(child(node, 'entrypoint')), ...wordsOf(child(node, 'command'))],
    }));
}

function workloadsOf(node: ConfigNode): readonly Container[] {
  const kind = child(node, 'kind')?.value;
  const named = textOf(child(node, 'metadata', 'name')) ?? 'without a name';
  if (kind === 'ConfigMap' || kind === 'Secret') {
    const data = child(node, kind === 'Secret' ? 'stringData' : 'data');
    const name = `${kind === 'Secret' ? 'secret' : 'config map'} ${named}`;
    return [{ name, node, image: null, environment: new Map(members(data)), words: [] }];
  }
  const spec = child(node, 'spec');
  const pods = [spec, child(spec, 'template', 'spec'), child(spec, 'jobTemplate', 'spec', 'template', 'spec')];
  return pods
    .flatMap((pod) => items(child(pod, 'containers')))
    .map((container) => ({
      name: `container ${textOf(child(container, 'name')) ?? named}`,
      node: container,
      image: textOf(child(container, 'image')),
      environment: environmentOf(child(container, 'env')),
      words: [...wordsOf(child(container, 'command')), ...wordsOf(child(container, 'args'))],
    }));
}

/** A mapping, a list of `NAME=value`, or a list of `{name, value}`. */
function environmentOf(node: ConfigNode | null): ReadonlyMap<string, ConfigNode> {
  const entries = [
    ...members(node).map(([name, value]) => [name, value.value === null ? passedThrough(value, name) : value] as const),
    ...items(node).flatMap((item) => [variableOf(item)].filter((entry) => entry !== null)),
  ];
  return new Map(entries);
}

function variableOf(item: ConfigNode): readonly [string, ConfigNode] | null {
  if (typeof item.value === 'string') {
    const [, name = '', value] = /^([^=]*)(?:=(.*))?$/s.exec(item.value) ?? [];
    return [name, value === undefined ? passedThrough(item, name) : partOf(item, value)];
  }
  const name = textOf(child(item, 'name'));
  if (name === null) return null;
  return [name, child(item, 'value') ?? child(item, 'valueFrom') ?? passedThrough(item, name)];
}

/** A variable that the environment of the file's reader decides. */
function passedThrough(node: ConfigNode, name: string): ConfigNode {
  return partOf(node, `\${${name}}`);
}

function wordsOf(node: ConfigNode | null): readonly ConfigNode[] {
  if (node !== null && typeof node.value === 'string') {
    return node.value
      .split(/\s+/)
      .filter((word) => word !== '')
      .map((word) => partOf(node, word.replaceAll(/^(["'])(.*)\1$/g, '$2')));
  }
  return items(node).filter(({ value }) => typeof value === 'string');
}

function textOf(node: ConfigNode | null): string | null {
  return typeof node?.value === 'string' ? node.value : null;
}
