import type { ConfigSubject, RouteConfig, VerifierConfig } from '../../model/config.ts';
import { isControlPlane, underControlPlane } from './control-plane.ts';
import { coverage } from './scope.ts';
import { derivedFact, unknownConfigFact } from '../facts.ts';

/**
 * A RequestAuthentication lets missing tokens pass; whether they come through is for the AuthorizationPolicies of the same
 * workloads to say, and they often stand in other files.
 */
export function joinPolicies(subjects: readonly ConfigSubject[]): readonly ConfigSubject[] {
  const verifiers = subjects.filter((subject) => subject.kind === 'verifier');
  const planes = verifiers.filter(isControlPlane);
  const guarding = byScope(verifiers.filter((verifier) => !isControlPlane(verifier)));
  const routes = byScope(subjects.filter((subject) => subject.kind === 'route'));
  const concerning = remembered((scope) => concerningOf(scope, routes));
  const guards = remembered((scope) => guardsOf(scope, guarding));
  return subjects.map((subject) => {
    if (subject.kind === 'verifier') {
      if (isControlPlane(subject)) return subject;
      return underControlPlane(underPolicies(subject, concerning(subject.scope ?? {})), planes);
    }
    return subject.kind === 'route' ? { ...subject, verifiers: guards(subject.scope ?? {}) } : subject;
  });
}

type Scope = Readonly<Record<string, string>>;

interface Group<Subject> {
  readonly scope: Scope;
  readonly members: { readonly subject: Subject; readonly index: number }[];
}

/** Thousands of policies have few scopes that differ, and what holds for one of a scope holds for all. */
function byScope<Subject extends ConfigSubject>(subjects: readonly Subject[]): readonly Group<Subject>[] {
  const groups = new Map<string, Group<Subject>>();
  for (const [index, subject] of subjects.entries()) {
    const scope = subject.scope ?? {};
    const key = keyOf(scope);
    const group = groups.get(key) ?? { scope, members: [] };
    group.members.push({ subject, index });
    groups.set(key, group);
  }
  return [...groups.values()];
}

function remembered<T>(compute: (scope: Scope) => T): (scope: Scope) => T {
  const known = new Map<string, T>();
  return (scope) => {
    const key = keyOf(scope);
    const found = known.get(key) ?? compute(scope);
    known.set(key, found);
    return found;
  };
}

function keyOf(scope: Scope): string {
  return JSON.stringify(Object.entries(scope).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function guardsOf(scope: Scope, verifiers: readonly Group<VerifierConfig>[]): readonly string[] {
  const guards = verifiers.filter((group) => coverage(group.scope, scope) !== 'none');
  return [...new Set(guards.flatMap(({ members }) => members.map(({ subject }) => subject.name)))].sort();
}

interface Concerning {
  /** `somewhere` when a policy demands a token from some of the workloads; undefined when none does anywhere. */
  readonly missing: VerifierConfig['facts']['missingTokenAllowed'] | 'somewhere';
  readonly claims: VerifierConfig['facts']['denylistClaims'];
}

/** Policies for workloads of a scope, in the order of the run. */
function concerningOf(scope: Scope, groups: readonly Group<RouteConfig>[]): Concerning {
  const routes = groups
    .flatMap((group) => {
      const extent = coverage(scope, group.scope);
      return extent === 'none' ? [] : group.members.map(({ subject, index }) => ({ route: subject, index, extent }));
    })
    .sort((a, b) => a.index - b.index);
  return { missing: missingTokens(routes), claims: denylistOf(routes.map(({ route }) => route)) };
}

function underPolicies(verifier: VerifierConfig, { missing: demand, claims }: Concerning): VerifierConfig {
  const missing =
    demand === 'somewhere'
      ? unknownConfigFact(verifier.at, 'an AuthorizationPolicy demands a token from some of its workloads')
      : demand;
  return {
    ...verifier,
    facts: {
      ...verifier.facts,
      ...(missing === undefined ? {} : { missingTokenAllowed: missing }),
      ...(claims === undefined ? {} : { denylistClaims: claims }),
    },
  };
}

function missingTokens(
  concerning: readonly { readonly route: RouteConfig; readonly extent: 'all' | 'some' }[],
): Concerning['missing'] {
  const demanding = concerning.filter(({ route }) => requirementOf(route) === 'required');
  const whole = concerning.filter(({ extent }) => extent === 'all').map(({ route }) => route);
  const allowing = whole.filter(({ scope }) => scope?.['action'] === 'allow');
  const refusing = whole.filter((route) => isForEverything(route) && route.scope?.['action'] === 'deny');
  const isDemandedByAll = allowing.every((route) => requirementOf(route) === 'required');
  const everywhere = [...refusing, ...(isDemandedByAll ? allowing : [])].toSorted(
    (a, b) => Number(isWrittenDemand(b)) - Number(isWrittenDemand(a)),
  )[0];
  if (everywhere !== undefined) {
    const place = everywhere.facts.requirement?.at ?? everywhere.at;
    return derivedFact(false, place, `by ${everywhere.name}`);
  }
  return demanding.some(({ extent }) => extent === 'some') ? 'somewhere' : undefined;
}

function requirementOf({ facts }: RouteConfig): string | null {
  return facts.requirement === undefined || facts.requirement.origin === 'unknown' ? null : facts.requirement.value;
}

/** A policy that allows nothing demands a token too, but says less about it. */
function isWrittenDemand({ facts }: RouteConfig): boolean {
  return facts.requirement?.origin === 'explicit';
}

function isForEverything({ facts }: RouteConfig): boolean {
  const isAllPaths = facts.paths?.origin === 'explicit' && facts.paths.value.includes('*');
  return isAllPaths && facts.methods === undefined;
}

function denylistOf(routes: readonly RouteConfig[]): VerifierConfig['facts']['denylistClaims'] {
  const denying = routes.filter(({ scope }) => scope?.['claims'] !== undefined);
  const [first] = denying;
  if (first === undefined) return undefined;
  const claims = denying.flatMap(({ scope }) => scope?.['claims']?.split(',') ?? []);
  return derivedFact([...new Set(claims)].sort(), first.at, `of ${first.name}`);
}
