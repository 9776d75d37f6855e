import type { RouteConfig, RouteValues } from '../../model/config.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, isMapping, items, members, rootOf } from '../config-node.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import { settings } from './settings.ts';
import { completeFacts, explicitFact, textFact, unknownConfigFact } from '../facts.ts';

/** What one operation asks for. */
export interface GcpRoute {
  readonly route: RouteConfig;
  /** Names of the definitions with tokens that it lists. */
  readonly definitions: readonly string[];
  /** What lets a request without a token pass beside them. */
  readonly missing: ConfigNode | null;
}

type Requirement = RouteValues['requirement'];

const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']);

/** Every operation of a description, and what is let through beside them. */
export function readOperations(document: ConfigDocument, tokens: ReadonlySet<string>): readonly GcpRoute[] {
  const root = rootOf(document);
  const base = basePathOf(root);
  const operations = members(child(root, 'paths')).flatMap(([path, item]) =>
    members(item)
      .filter(([method]) => METHODS.has(method))
      .map(([method, operation]) =>
        readSecurity({
          name: `operation ${method.toUpperCase()} ${base}${path}`,
          paths: [`${base}${path}`],
          methods: [method.toUpperCase()],
          node: operation,
          security: child(operation, 'security') ?? child(root, 'security'),
          tokens,
        }),
      ),
  );
  const allow = child(root, 'x-google-allow');
  return allow?.value === 'all' ? [...operations, unlisted(allow)] : operations;
}

interface Asking {
  readonly name: string;
  readonly paths: readonly string[];
  readonly methods: readonly string[] | null;
  readonly node: ConfigNode;
  readonly security: ConfigNode | null;
  readonly tokens: ReadonlySet<string>;
}

function readSecurity({ name, paths, methods, node, security, tokens }: Asking): GcpRoute {
  const entries = items(security).filter(({ value }) => isMapping(value));
  const definitions = [...new Set(entries.flatMap(keysOf).filter((key) => tokens.has(key)))];
  const requirement = security === null ? undefined : requirementOf(security, entries, tokens);
  return {
    route: routeOf(name, node, { paths, methods, requirement }),
    definitions,
    missing: entries.find((entry) => keysOf(entry).length === 0) ?? null,
  };
}

/** Undefined when nothing with a token is listed: what holds without `security` stays. */
function requirementOf(
  security: ConfigNode,
  entries: readonly ConfigNode[],
  tokens: ReadonlySet<string>,
): RouteConfig['facts']['requirement'] {
  if (entries.length === 0) return explicitFact<Requirement>('none', security.keyAt);
  // The entries are alternatives; the members of an entry are asked for together.
  const hasToken = (entry: ConfigNode): boolean => keysOf(entry).some((key) => tokens.has(key));
  if (!entries.some(hasToken)) return undefined;
  if (entries.every(hasToken)) return explicitFact<Requirement>('required', security.keyAt);
  const others = entries.filter((entry) => !hasToken(entry));
  return others.every((entry) => keysOf(entry).length === 0)
    ? explicitFact<Requirement>('optional', security.keyAt)
    : unknownConfigFact(security.keyAt, 'it names an API key as an alternative, and how that counts is not known');
}

function keysOf(entry: ConfigNode): readonly string[] {
  return members(entry).map(([key]) => key);
}

interface Told {
  readonly paths: readonly string[];
  readonly methods: readonly string[] | null;
  readonly requirement: RouteConfig['facts']['requirement'];
}

function routeOf(name: string, node: ConfigNode, { paths, methods, requirement }: Told): RouteConfig {
  return {
    kind: 'route',
    adapter: 'gcp-openapi',
    name,
    file: node.document.file,
    at: node.keyAt,
    profile: null,
    secrets: [],
    remarks: [],
    verifiers: [],
    facts: completeFacts<RouteConfig['facts']>(
      settings,
      'route',
      {
        paths: explicitFact(paths, node.keyAt),
        methods: methods === null ? undefined : explicitFact(methods, node.keyAt),
        requirement,
      },
      node.keyAt,
    ),
  };
}

/** With `x-google-allow: all` whatever the description does not list reaches the backend. */
function unlisted(allow: ConfigNode): GcpRoute {
  const requirement = explicitFact<Requirement>('none', allow.keyAt);
  return {
    route: routeOf('paths of no operation', allow, { paths: ['*'], methods: null, requirement }),
    definitions: [],
    missing: null,
  };
}

/** Rules of a service configuration: methods of gRPC services, and which providers they accept. */
export function readServiceRules(authentication: ConfigNode): readonly GcpRoute[] {
  const rules = items(child(authentication, 'rules'));
  const routes = rules.map((rule, index): GcpRoute => {
    const selector = textFact(child(rule, 'selector'));
    const shown = selector !== undefined && selector.origin !== 'unknown' ? selector.value : `number ${index + 1}`;
    const requirements = items(child(rule, 'requirements'));
    const without = child(rule, 'allow_without_credential|allowWithoutCredential');
    const missing = without?.value === true ? without : null;
    const definitions = requirements.flatMap((requirement) => {
      const id = textFact(child(requirement, 'provider_id|providerId'));
      return id === undefined || id.origin === 'unknown' ? [] : [id.value];
    });
    const word: Requirement = requirements.length === 0 ? 'none' : missing === null ? 'required' : 'optional';
    const requirement = explicitFact(word, (child(rule, 'requirements') ?? rule).keyAt);
    const node = { ...rule, at: rule.at, keyAt: rule.at };
    return {
      route: routeOf(`methods ${shown}`, node, { paths: [shown], methods: null, requirement }),
      definitions,
      missing,
    };
  });
  if (routes.some(({ route }) => route.name === 'methods *')) return routes;
  const rest = routeOf('methods of no rule', authentication, { paths: ['*'], methods: null, requirement: undefined });
  return [...routes, { route: rest, definitions: [], missing: null }];
}

/** `basePath` of OpenAPI 2, the path of the first server of OpenAPI 3; empty where it is filled in elsewhere. */
function basePathOf(root: ConfigNode): string {
  const base = textFact(child(root, 'basePath'));
  if (base !== undefined) return base.origin === 'unknown' ? '' : base.value.replace(/\/$/, '');
  const server = textFact(child(root, 'servers', 0, 'url'));
  if (server === undefined || server.origin === 'unknown') return '';
  return /^(?:https?:\/\/[^/]+)?(\/.*?)\/?$/.exec(server.value)?.[1] ?? '';
}
