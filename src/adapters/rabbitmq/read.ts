import type { Location } from '../../model/location.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { ConfigNode } from '../config-node.ts';
import { descendants, items, rootOf } from '../config-node.ts';

/** Settings of `rabbitmq.conf` by their dotted names; the last of a name counts. */
export interface RabbitSettings {
  readonly get: (name: string) => ConfigNode | undefined;
  /** Names of the groups below a prefix: of `auth_oauth2.resource_servers.1.id` the `1`. */
  readonly groups: (prefix: string) => readonly string[];
}

/** Deepest group that is looked for. */
const MAX_SEGMENTS = 6;

function indexed(settings: ReadonlyMap<string, ConfigNode>): RabbitSettings {
  const groups = new Map<string, Set<string>>();
  for (const name of settings.keys()) {
    const segments = name.split('.', MAX_SEGMENTS);
    for (let depth = 1; depth < segments.length; depth++) {
      const prefix = segments.slice(0, depth).join('.');
      const inside = groups.get(prefix) ?? new Set<string>();
      groups.set(prefix, inside.add(segments[depth] ?? ''));
    }
  }
  return { get: (name) => settings.get(name), groups: (prefix) => [...(groups.get(prefix) ?? [])] };
}

/** One `rabbitmq.conf`, as a file or as a text inside a manifest. */
export interface RabbitConfig {
  readonly at: Location;
  readonly settings: RabbitSettings;
}

const HOLDS = /^[ \t]*auth_oauth2\.\w/m;

/** Texts of a document that set anything of `auth_oauth2`. */
export function rabbitConfigsOf(document: ConfigDocument): readonly RabbitConfig[] {
  const root = rootOf(document);
  if (document.format === 'ini') return HOLDS.test(document.text) ? [{ at: root.at, settings: linesOf(root) }] : [];
  if (document.format !== 'yaml') return [];
  return [...descendants(root)].flatMap((node) =>
    typeof node.value === 'string' && HOLDS.test(node.value)
      ? [{ at: node.keyAt, settings: textOf(node, node.value) }]
      : [],
  );
}

function linesOf(root: ConfigNode): RabbitSettings {
  const settings = new Map<string, ConfigNode>();
  for (const line of items(root)) {
    const words = items(line);
    const text = words.map(({ value }) => String(value)).join(' ');
    const parts = /^([\w.$-]+)\s*=\s*([^]*)$/.exec(text);
    if (parts === null) continue;
    const [, name = '', value = ''] = parts;
    const { document, pointer, keyAt } = line;
    const first = words[0];
    const valueNode = words.length > 2 ? words[2] : first;
    const { at } = valueNode ?? line;
    settings.set(name, { document, pointer, keyAt, value, at });
  }
  return indexed(settings);
}

/** A block of text has one place for all its lines. */
function textOf({ document, pointer, at, keyAt }: ConfigNode, text: string): RabbitSettings {
  const settings = new Map<string, ConfigNode>();
  for (const line of text.split('\n')) {
    const parts = /^\s*([\w.$-]+)\s*=([^]*)$/.exec(line);
    if (parts === null) continue;
    const [, name = '', value = ''] = parts;
    settings.set(name, { document, pointer, keyAt, at, value: value.trim().replace(/\s#[^]*$/, '') });
  }
  return indexed(settings);
}

/** Values of a numbered list, as `auth_oauth2.algorithms.1`. */
export function listed(settings: RabbitSettings, prefix: string): readonly ConfigNode[] {
  return settings.groups(prefix).flatMap((index) => settings.get(`${prefix}.${index}`) ?? []);
}
