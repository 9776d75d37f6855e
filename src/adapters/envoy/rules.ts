import type { ConfigRemark, RouteConfig } from '../../model/config.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, items, members, rootOf } from '../config-node.ts';
import type { EnvoyFilter } from './filter.ts';
import { knownText, perRouteConfigs } from './filter.ts';
import type { EnvoyMatch } from './match.ts';
import { covers, pathsOf, readMatch, showMatch, takesAll } from './match.ts';
import type { EnvoyRequirement } from './requirement.ts';
import { namedRequirement, readRequirement, requirementOfRule } from './requirement.ts';
import { PROTO, settings } from './settings.ts';
import { completeFacts, derivedFact, explicitFact, flagFact, unknownConfigFact } from '../facts.ts';
import type { ConfigDocument } from '../../source/config-document.ts';

/** A rule of a filter, with what takes its requests away. */
export interface EnvoyRule {
  readonly node: ConfigNode;
  readonly name: string;
  readonly match: EnvoyMatch;
  /** Null when the file does not hold what it names. */
  readonly requirement: EnvoyRequirement | null;
  /** The earlier rule that takes every request of this one. */
  readonly covered: EnvoyRule | null;
}

/** The rules of a filter in their order: of those that match, the first counts. */
export function readRules({ config, suffix }: EnvoyFilter): readonly EnvoyRule[] {
  const rules: EnvoyRule[] = [];
  for (const [index, node] of items(child(config, 'rules')).entries()) {
    const match = readMatch(child(node, 'match'));
    const plain = `rule ${showMatch(match, index)}${suffix}`;
    const same = rules.filter(({ name }) => name === plain || name.startsWith(`${plain} #`)).length;
    rules.push({
      node,
      name: same === 0 ? plain : `${plain} #${same + 1}`,
      match,
      requirement: requirementOfRule(node, config),
      covered: rules.find((earlier) => earlier.covered === null && covers(earlier.match, match)) ?? null,
    });
  }
  return rules;
}

/** What requests can be asked for: by rules that are reached, by name from routes, or by a state of the request. */
export function requirementsInUse(filter: EnvoyFilter, rules: readonly EnvoyRule[]): readonly EnvoyRequirement[] {
  const named = [
    ...members(child(filter.config, 'requirement_map|requirementMap')),
    ...members(child(filter.config, 'filter_state_rules|filterStateRules', 'requires')),
  ].map(([, node]) => readRequirement(node));
  return [...rules.filter(({ covered }) => covered === null).map(({ requirement }) => requirement), ...named].filter(
    (requirement) => requirement !== null,
  );
}

/** Whether some request passes the filter without being looked at. */
export function leavesOpen(filter: EnvoyFilter, rules: readonly EnvoyRule[]): boolean {
  const reached = rules.filter(({ covered }) => covered === null);
  return (
    reached.some(({ requirement }) => requirement?.kind === 'none') ||
    !reached.some(({ match }) => takesAll(match)) ||
    child(filter.config, 'bypass_cors_preflight|bypassCorsPreflight')?.value === true
  );
}

/** One route for every rule, and one for what no rule is for. */
export function routesOf(
  document: ConfigDocument,
  filter: EnvoyFilter,
  rules: readonly EnvoyRule[],
  names: ReadonlyMap<string, string>,
): readonly RouteConfig[] {
  const routes = rules.map((rule) => routeOf(document, rule, names));
  if (rules.some(({ match }) => takesAll(match))) return routes;
  return [...routes, remainder(document, filter)];
}

function routeOf(document: ConfigDocument, rule: EnvoyRule, names: ReadonlyMap<string, string>): RouteConfig {
  const { node, name, match, covered } = rule;
  const effective = covered ?? rule;
  const requires = child(node, 'requires|requirement_name|requirementName');
  const paths = pathsOf(match);
  return {
    ...shell(document, name, node),
    remarks: covered === null ? [] : [neverReached(rule, covered)],
    verifiers: (effective.requirement?.providers ?? []).flatMap((use) => names.get(use.name) ?? []),
    facts: completeFacts<RouteConfig['facts']>(
      settings,
      'route',
      {
        paths:
          paths === null ? unknownConfigFact(node.at, 'its path is filled in elsewhere') : explicitFact(paths, node.at),
        methods: match.methods === null ? undefined : explicitFact(match.methods, node.at),
        unreachable: covered === null ? undefined : derivedFact(true, node.at, `${covered.name} takes its requests`),
        requirement:
          covered === null
            ? rule.requirement === null
              ? unknownConfigFact(node.at, 'the file does not hold the requirement that it names')
              : requires === null
                ? undefined
                : explicitFact(rule.requirement.kind, requires.keyAt)
            : effectiveOf(rule, covered),
      },
      node.at,
    ),
  };
}

function effectiveOf(rule: EnvoyRule, covered: EnvoyRule): NonNullable<RouteConfig['facts']['requirement']> {
  return covered.requirement === null
    ? unknownConfigFact(rule.node.at, 'the file does not hold the requirement that an earlier rule names')
    : derivedFact(covered.requirement.kind, rule.node.at, `${covered.name} takes its requests`);
}

function neverReached(rule: EnvoyRule, covered: EnvoyRule): ConfigRemark {
  return {
    kind: 'ignored-setting',
    message: `it is never reached, because the earlier ${covered.name} takes its requests`,
    at: rule.node.at,
  };
}

function remainder(document: ConfigDocument, { config, suffix }: EnvoyFilter): RouteConfig {
  const rules = child(config, 'rules') ?? config;
  const byState = child(config, 'filter_state_rules|filterStateRules');
  return {
    ...shell(document, `paths of no rule${suffix}`, config),
    at: rules.keyAt,
    facts: {
      paths: explicitFact(['*'], rules.keyAt),
      requirement:
        byState === null
          ? {
              origin: 'default',
              value: 'none',
              at: rules.keyAt,
              source: `${PROTO}, rules: a request that no rule matches is not verified`,
              versions: null,
            }
          : unknownConfigFact(byState.keyAt, 'a state of the request decides it'),
    },
  };
}

/** Routes that switch the filter off, or name a requirement of their own. */
export function overridesOf(
  document: ConfigDocument,
  filters: readonly EnvoyFilter[],
  names: ReadonlyMap<string, string>,
): readonly RouteConfig[] {
  return [...perRouteConfigs(rootOf(document))].map(({ owner, config }, index) => {
    const match = child(owner, 'match') === null ? null : readMatch(child(owner, 'match'));
    const shown = match === null ? (knownText(child(owner, 'name')) ?? `number ${index + 1}`) : showMatch(match, index);
    const requirement = overridingRequirement(config, filters);
    const paths = match === null ? null : pathsOf(match);
    return {
      ...shell(document, `route ${shown}`, owner),
      at: config.keyAt,
      verifiers: (requirement?.providers ?? []).flatMap((use) => names.get(use.name) ?? []),
      facts: {
        paths:
          paths === null ? unknownConfigFact(owner.at, 'it is for more than one path') : explicitFact(paths, owner.at),
        ...(match?.methods == null ? {} : { methods: explicitFact(match.methods, owner.at) }),
        requirement:
          requirement === null
            ? unknownConfigFact(config.keyAt, 'the file does not hold the requirement that it names')
            : explicitFact(requirement.kind, config.keyAt),
      },
    };
  });
}

function overridingRequirement(config: ConfigNode, filters: readonly EnvoyFilter[]): EnvoyRequirement | null {
  const disabled = flagFact(child(config, 'disabled'));
  if (disabled?.origin === 'explicit' && disabled.value) return readRequirement(null);
  const name = child(config, 'requirement_name|requirementName');
  if (name === null) return null;
  return filters.map((filter) => namedRequirement(name, filter.config)).find((found) => found !== null) ?? null;
}

function shell(document: ConfigDocument, name: string, node: ConfigNode): Omit<RouteConfig, 'facts'> {
  return {
    kind: 'route',
    adapter: 'envoy',
    name,
    file: document.file,
    at: node.at,
    profile: null,
    secrets: [],
    remarks: [],
    verifiers: [],
  };
}
