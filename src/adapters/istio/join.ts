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
  const routes = subjects.filter((subject) => subject.kind === 'route');
  const planes = verifiers.filter(isControlPlane);
  return subjects.map((subject) => {
    if (subject.kind === 'verifier') {
      return isControlPlane(subject) ? subject : underControlPlane(underPolicies(subject, routes), planes);
    }
    return subject.kind === 'route' ? { ...subject, verifiers: guardsOf(subject, verifiers) } : subject;
  });
}

function guardsOf(route: RouteConfig, verifiers: readonly VerifierConfig[]): readonly string[] {
  const guards = verifiers.filter(
    (verifier) => !isControlPlane(verifier) && coverage(verifier.scope ?? {}, route.scope ?? {}) !== 'none',
  );
  return [...new Set(guards.map(({ name }) => name))].sort();
}

function underPolicies(verifier: VerifierConfig, routes: readonly RouteConfig[]): VerifierConfig {
  const concerning = routes
    .map((route) => ({ route, extent: coverage(verifier.scope ?? {}, route.scope ?? {}) }))
    .filter(({ extent }) => extent !== 'none');
  const claims = denylistOf(concerning.map(({ route }) => route));
  const missing = missingTokens(verifier, concerning);
  return {
    ...verifier,
    facts: {
      ...verifier.facts,
      ...(missing === undefined ? {} : { missingTokenAllowed: missing }),
      ...(claims === undefined ? {} : { denylistClaims: claims }),
    },
  };
}

interface Concerning {
  readonly route: RouteConfig;
  readonly extent: 'all' | 'some' | 'none';
}

/** Undefined when no policy demands a token anywhere: what holds without one stays. */
function missingTokens(
  { at }: VerifierConfig,
  concerning: readonly Concerning[],
): VerifierConfig['facts']['missingTokenAllowed'] {
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
  if (demanding.some(({ extent }) => extent === 'some')) {
    return unknownConfigFact(at, 'an AuthorizationPolicy demands a token from some of its workloads');
  }
  return undefined;
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
