import { knownValue } from '../../model/config.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, items, rootOf } from '../config-node.ts';
import { textFact } from '../facts.ts';

/** One plugin that is switched on, with what it is attached to. */
export interface Plugin {
  readonly type: string;
  /** `route orders`, `service orders`; empty for all requests. */
  readonly scope: string;
  readonly node: ConfigNode;
  readonly config: ConfigNode | null;
}

export interface Route {
  readonly name: string;
  readonly node: ConfigNode;
  /** Scopes of plugins that reach it, the global one included. */
  readonly scopes: readonly string[];
}

export interface Entities {
  readonly plugins: readonly Plugin[];
  readonly routes: readonly Route[];
  readonly credentials: readonly ConfigNode[];
  readonly oauthClients: readonly ConfigNode[];
  /** Names and ids of consumers whose requests a plugin ends. */
  readonly endedConsumers: readonly string[];
}

/** Whether a document is a declarative configuration; one for Kubernetes holds single plugins. */
export function isDeclarative(document: ConfigDocument): boolean {
  return child(rootOf(document), '_format_version') !== null;
}

export function isPluginResource(document: ConfigDocument): boolean {
  const root = rootOf(document);
  return (
    /^Kong(?:Cluster)?Plugin$/.test(wordOf(child(root, 'kind'))) &&
    wordOf(child(root, 'apiVersion')).startsWith('configuration.konghq.com/')
  );
}

/** Everything in a document that has to do with tokens. */
export function entitiesOf(document: ConfigDocument): Entities {
  const root = rootOf(document);
  if (isPluginResource(document)) {
    const name = knownValue(textFact(child(root, 'metadata', 'name')));
    const scope = `KongPlugin ${name ?? document.index}`;
    const plugin = { type: wordOf(child(root, 'plugin')), scope, node: root, config: child(root, 'config') };
    const plugins = child(root, 'disabled')?.value === true ? [] : [plugin];
    return { plugins, routes: [], credentials: [], oauthClients: [], endedConsumers: [] };
  }
  const consumers = items(child(root, 'consumers'));
  const ofConsumers = (member: string): readonly ConfigNode[] =>
    [root, ...consumers].flatMap((node) => items(child(node, member)));
  return {
    plugins: pluginsOf(root),
    routes: routesOf(root),
    credentials: ofConsumers('jwt_secrets'),
    oauthClients: ofConsumers('oauth2_credentials'),
    endedConsumers: endedConsumers(root, consumers),
  };
}

function pluginsOf(root: ConfigNode): readonly Plugin[] {
  const services = items(child(root, 'services'));
  const inside = (owner: ConfigNode, scope: string): readonly Plugin[] =>
    items(child(owner, 'plugins')).flatMap((node) => pluginOf(node, scope));
  return [
    ...items(child(root, 'plugins')).flatMap((node) => pluginOf(node, attachedTo(node))),
    ...services.flatMap((service, index) => [
      ...inside(service, `service ${nameOf(service, index)}`),
      ...items(child(service, 'routes')).flatMap((route, at) => inside(route, `route ${nameOf(route, at)}`)),
    ]),
    ...items(child(root, 'routes')).flatMap((route, index) => inside(route, `route ${nameOf(route, index)}`)),
  ];
}

function pluginOf(node: ConfigNode, scope: string): readonly Plugin[] {
  if (child(node, 'enabled')?.value === false || child(node, 'consumer') !== null) return [];
  return [{ type: wordOf(child(node, 'name')), scope, node, config: child(node, 'config') }];
}

/** A plugin of the root says by name what it belongs to. */
function attachedTo(plugin: ConfigNode): string {
  for (const kind of ['route', 'service']) {
    const owner = child(plugin, kind);
    if (owner === null || owner.value === null) continue;
    return `${kind} ${wordOf(owner) || wordOf(child(owner, 'name')) || wordOf(child(owner, 'id'))}`;
  }
  return '';
}

function routesOf(root: ConfigNode): readonly Route[] {
  const nested = items(child(root, 'services')).flatMap((service, index) =>
    items(child(service, 'routes')).map((node, at) => routeOf(node, at, `service ${nameOf(service, index)}`)),
  );
  const own = items(child(root, 'routes')).map((node, index) => {
    const service = child(node, 'service');
    return routeOf(node, index, `service ${wordOf(service) || wordOf(child(service, 'name'))}`);
  });
  return [...nested, ...own];
}

function routeOf(node: ConfigNode, index: number, service: string): Route {
  const name = `route ${nameOf(node, index)}`;
  return { name, node, scopes: [name, service, ''] };
}

function endedConsumers(root: ConfigNode, consumers: readonly ConfigNode[]): readonly string[] {
  const isEnd = (plugin: ConfigNode): boolean => wordOf(child(plugin, 'name')) === 'request-termination';
  const byConsumer = consumers
    .filter((consumer) => items(child(consumer, 'plugins')).some(isEnd))
    .flatMap((consumer) => [wordOf(child(consumer, 'username')), wordOf(child(consumer, 'id'))]);
  const byPlugin = items(child(root, 'plugins'))
    .filter(isEnd)
    .map((plugin) => wordOf(child(plugin, 'consumer')));
  return [...byConsumer, ...byPlugin].filter((name) => name !== '');
}

function nameOf(node: ConfigNode | null, index: number): string {
  return wordOf(child(node, 'name')) || String(index);
}

export function wordOf(node: ConfigNode | null): string {
  return typeof node?.value === 'string' ? node.value : '';
}
