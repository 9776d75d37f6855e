import type { ConfigFact, ConfigSubject, RouteConfig, RouteValues, VerifierConfig } from '../../model/config.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, items } from '../config-node.ts';
import { completeFacts, derivedFact, explicitFact, textFact, unknownConfigFact } from '../facts.ts';
import { settings } from './settings.ts';
import type { KubernetesResource } from '../kubernetes-resources.ts';

type Scope = Readonly<Record<string, string>>;

/** Member of a scope that files do not decide. */
const UNDECIDED = '?';

/** What a policy is attached to, one member for each: `HTTPRoute shop/orders`. */
export function targetsOf({ node, namespace }: KubernetesResource): Scope {
  const single = child(node, 'spec', 'targetRef');
  const scope: Record<string, string> = {};
  for (const target of [...(single === null ? [] : [single]), ...items(child(node, 'spec', 'targetRefs'))]) {
    const [kind, name] = [textOf(child(target, 'kind')), textOf(child(target, 'name'))];
    const section = textOf(child(target, 'sectionName'));
    // One section of a route or gateway is not the whole of it.
    if (kind !== null && name !== null) scope[keyOf(kind, namespace, name)] = section ?? '*';
    else scope[UNDECIDED] = 'templated';
  }
  if (child(node, 'spec', 'targetSelectors') !== null) scope[UNDECIDED] = 'selected by label';
  return scope;
}

/** Routes of the Gateway API that stand beside a policy: one for each rule. */
export function readGatewayRoute(resource: KubernetesResource): readonly RouteConfig[] {
  const { node, kind, label, namespace } = resource;
  const parents = items(child(node, 'spec', 'parentRefs')).flatMap((parent) => {
    const name = textOf(child(parent, 'name'));
    const own = textOf(child(parent, 'namespace')) ?? namespace;
    return name === null ? [] : [keyOf('Gateway', own, name)];
  });
  const name = textOf(child(node, 'metadata', 'name'));
  const rules = items(child(node, 'spec', 'rules'));
  const routes = rules.map((rule): RouteConfig => {
    const paths = pathsOf(rule);
    return {
      kind: 'route',
      adapter: 'envoy-gateway',
      name: `${kind} ${label} ${shownPaths(paths)}`,
      file: node.document.file,
      at: rule.at,
      profile: null,
      secrets: [],
      remarks: [],
      verifiers: [],
      scope: {
        ...Object.fromEntries(parents.map((parent) => [parent, 'parent'])),
        ...(name === null ? { [UNDECIDED]: 'templated' } : { [keyOf(kind, namespace, name)]: 'self' }),
      },
      facts: completeFacts<RouteConfig['facts']>(settings, 'route', { paths }, rule.at),
    };
  });
  return routes.map((route, index) => {
    const earlier = routes.slice(0, index).filter((other) => other.name === route.name).length;
    return earlier === 0 ? route : { ...route, name: `${route.name} #${earlier + 1}` };
  });
}

/** Gives routes the requirement of the policy that is attached to them, or else to their gateway. */
export function joinRoutes(subjects: readonly ConfigSubject[]): readonly ConfigSubject[] {
  const routes = subjects.filter((subject) => subject.kind === 'route');
  const verifiers = subjects.filter((subject) => subject.kind === 'verifier');
  const policies = routes.filter(isPolicy);
  return subjects.map((subject) =>
    subject.kind === 'route' && !isPolicy(subject) ? guarded(subject, policies, verifiers) : subject,
  );
}

function guarded(
  route: RouteConfig,
  policies: readonly RouteConfig[],
  verifiers: readonly VerifierConfig[],
): RouteConfig {
  const own = Object.entries(route.scope ?? {});
  const attached = (role: string): RouteConfig | undefined =>
    policies.find(({ scope }) => own.some(([key, value]) => value === role && scope?.[key] !== undefined));
  const policy = attached('self') ?? attached('parent');
  if (policy === undefined) {
    const isUndecided = [route, ...policies].some(({ scope }) => scope?.[UNDECIDED] !== undefined);
    if (!isUndecided) return route;
    const requirement = unknownConfigFact(route.at, 'which policy is attached to it is filled in elsewhere');
    return { ...route, facts: { ...route.facts, requirement } };
  }
  const names = policy.verifiers.filter((name) => verifiers.some((verifier) => verifier.name === name));
  const isPart = own.some(([key]) => policy.scope?.[key] !== undefined && policy.scope[key] !== '*');
  const requirement = policy.facts.requirement;
  return {
    ...route,
    verifiers: names,
    facts: {
      ...route.facts,
      requirement: isPart
        ? unknownConfigFact(route.at, `${policy.name} is for a section of it only`)
        : attachedRequirement(route, policy, requirement),
    },
  };
}

function attachedRequirement(
  route: RouteConfig,
  policy: RouteConfig,
  requirement: ConfigFact<RouteValues['requirement']> | undefined,
): ConfigFact<RouteValues['requirement']> {
  return requirement === undefined || requirement.origin === 'unknown'
    ? unknownConfigFact(route.at, `what ${policy.name} requires is filled in elsewhere`)
    : derivedFact(requirement.value, requirement.at, `of ${policy.name}`);
}

function isPolicy({ name }: RouteConfig): boolean {
  return name.startsWith('SecurityPolicy ');
}

function pathsOf(rule: ConfigNode): ConfigFact<readonly string[]> {
  const matches = items(child(rule, 'matches'));
  if (matches.length === 0) return explicitFact(['/*'], rule.at);
  const paths: string[] = [];
  for (const match of matches) {
    const value = child(match, 'path', 'value');
    if (value === null) {
      paths.push('/*');
      continue;
    }
    const text = textFact(value);
    if (text === undefined || text.origin === 'unknown') {
      return unknownConfigFact(rule.at, 'its path is filled in elsewhere');
    }
    const type = textOf(child(match, 'path', 'type')) ?? 'PathPrefix';
    const plain = text.value.replace(/\/$/, '');
    paths.push(...(type !== 'PathPrefix' ? [text.value] : plain === '' ? ['/*'] : [plain, `${plain}/*`]));
  }
  return explicitFact([...new Set(paths)], rule.at);
}

/** Prefixes are shown without what follows them. */
function shownPaths(paths: ConfigFact<readonly string[]>): string {
  if (paths.origin === 'unknown') return 'templated';
  return paths.value.filter((path) => path === '/*' || !path.endsWith('/*')).join(',');
}

function keyOf(kind: string, namespace: string | null, name: string): string {
  return `${kind} ${namespace ?? ''}/${name}`;
}

function textOf(node: ConfigNode | null): string | null {
  const fact = textFact(node);
  return fact === undefined || fact.origin === 'unknown' ? null : fact.value;
}
