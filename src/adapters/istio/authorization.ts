import type { RouteConfig } from '../../model/config.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, items } from '../config-node.ts';
import { completeFacts, derivedFact, explicitFact, listFact, textFact, unknownConfigFact } from '../facts.ts';
import { scopeOf } from './scope.ts';
import { settings } from './settings.ts';
import type { KubernetesResource } from '../kubernetes-resources.ts';

type Requirement = RouteConfig['facts']['requirement'];

/**
 * What an AuthorizationPolicy says about tokens, as routes: one for each rule that lets requests pass, and one for each
 * that refuses those without a token. Their scope tells whether they allow or deny.
 */
export function readAuthorization(resource: KubernetesResource): readonly RouteConfig[] {
  const { node } = resource;
  const action = textFact(child(node, 'spec', 'action'));
  const word = action === undefined ? 'ALLOW' : action.origin === 'unknown' ? null : action.value.toUpperCase();
  const rules = items(child(node, 'spec', 'rules'));
  if (word === 'ALLOW') {
    return rules.length === 0
      ? [nothingAllowed(resource)]
      : named(rules.map((rule) => routeOf(resource, rule, 'allow', demandOf(rule))));
  }
  if (word !== 'DENY') return [];
  const refusing = rules.flatMap((rule) => {
    const refused = refusesMissing(rule);
    return refused === null ? [] : [routeOf(resource, rule, 'deny', refused)];
  });
  return [...named(refusing), ...deniedClaims(resource)];
}

/** The claims by whose values DENY rules refuse tokens: a route without a requirement, that `join` finds them by. */
function deniedClaims(resource: KubernetesResource): readonly RouteConfig[] {
  const keys = items(child(resource.node, 'spec', 'rules')).flatMap((rule) =>
    items(child(rule, 'when')).flatMap((condition) => {
      const key = child(condition, 'key');
      const claim =
        typeof key?.value === 'string' ? /^request\.auth\.claims\[([\w-]+)\]$/.exec(key.value)?.[1] : undefined;
      return key === null || claim === undefined || child(condition, 'values') === null ? [] : [{ key, claim }];
    }),
  );
  const [first] = keys;
  if (first === undefined) return [];
  const claims = [...new Set(keys.map(({ claim }) => claim))].sort().join(',');
  const route = shell(resource, first.key, 'deny');
  return [
    {
      ...route,
      name: `AuthorizationPolicy ${resource.label} denies by ${claims}`,
      scope: { ...route.scope, claims },
      facts: {},
    },
  ];
}

/** An ALLOW policy without rules lets nothing pass: it is there so that others have to. */
function nothingAllowed(resource: KubernetesResource): RouteConfig {
  const { node } = resource;
  return {
    ...shell(resource, node, 'allow'),
    name: `AuthorizationPolicy ${resource.label} nothing`,
    facts: {
      paths: explicitFact(['*'], node.at),
      requirement: derivedFact('required', node.at, 'it allows nothing'),
    },
  };
}

/** A rule demands a token when each of its sources names request principals, or a condition names a claim. */
function demandOf(rule: ConfigNode): Requirement {
  const claim = items(child(rule, 'when')).find((condition) => {
    const key = child(condition, 'key')?.value;
    return typeof key === 'string' && key.startsWith('request.auth.') && items(child(condition, 'values')).length > 0;
  });
  if (claim !== undefined) return explicitFact('required', claim.at);
  const sources = items(child(rule, 'from')).map((from) => child(from, 'source'));
  const demands = sources.map((source) => child(source, 'requestPrincipals'));
  const first = demands[0];
  if (first === undefined || first === null) return undefined;
  return demands.every((principals) => items(principals).length > 0)
    ? explicitFact('required', first.keyAt)
    : undefined;
}

/** The demand of a DENY rule that refuses whoever has no request principal; null for other rules. */
function refusesMissing(rule: ConfigNode): Requirement | null {
  if (items(child(rule, 'when')).length > 0) return null;
  for (const from of items(child(rule, 'from'))) {
    const source = child(from, 'source');
    const without = child(source, 'notRequestPrincipals');
    const isOnly = source !== null && typeof source.value === 'object' && Object.keys(source.value ?? {}).length === 1;
    if (without !== null && isOnly && items(without).some(({ value }) => value === '*')) {
      return explicitFact('required', without.keyAt);
    }
  }
  return null;
}

function routeOf(
  resource: KubernetesResource,
  rule: ConfigNode,
  action: 'allow' | 'deny',
  requirement: Requirement,
): RouteConfig {
  const operations = items(child(rule, 'to')).map((to) => child(to, 'operation'));
  const paths = pathsOf(operations, rule);
  const methods = operations.map((operation) => listFact(child(operation, 'methods')));
  const known = methods.flatMap((fact) => (fact === undefined || fact.origin === 'unknown' ? [] : [fact.value]));
  const shown = paths.origin === 'unknown' ? 'templated' : paths.value.join(',');
  const verbs = known.length === methods.length && known.length > 0 ? known.flat() : [];
  return {
    ...shell(resource, rule, action),
    name: `AuthorizationPolicy ${resource.label} ${[verbs.join(','), shown].filter((part) => part !== '').join(' ')}`,
    facts: completeFacts<RouteConfig['facts']>(
      settings,
      'route',
      {
        paths,
        methods: verbs.length === 0 ? undefined : explicitFact(verbs, rule.at),
        requirement,
      },
      rule.at,
    ),
  };
}

function pathsOf(
  operations: readonly (ConfigNode | null)[],
  rule: ConfigNode,
): NonNullable<RouteConfig['facts']['paths']> {
  const lists = operations.map((operation) => listFact(child(operation, 'paths')));
  if (lists.length === 0 || lists.includes(undefined)) return explicitFact(['*'], rule.at);
  const texts = lists.flatMap((fact) => (fact === undefined || fact.origin === 'unknown' ? [] : fact.value));
  return lists.some((fact) => fact?.origin === 'unknown')
    ? unknownConfigFact(rule.at, 'its paths are filled in elsewhere')
    : explicitFact(texts, rule.at);
}

function named(routes: readonly RouteConfig[]): readonly RouteConfig[] {
  return routes.map((route, index) => {
    const earlier = routes.slice(0, index).filter(({ name }) => name === route.name).length;
    return earlier === 0 ? route : { ...route, name: `${route.name} #${earlier + 1}` };
  });
}

function shell(
  resource: KubernetesResource,
  node: ConfigNode,
  action: 'allow' | 'deny',
): Omit<RouteConfig, 'name' | 'facts'> {
  return {
    kind: 'route',
    adapter: 'istio',
    file: node.document.file,
    at: node.at,
    profile: null,
    secrets: [],
    remarks: [],
    verifiers: [],
    scope: { ...scopeOf(resource), action },
  };
}
