import type { ConfigFact, ConfigSubject, VerifierConfig, VerifierFactMap } from '../../model/config.ts';
import { unknownConfigFact } from '../facts.ts';
import { springFileOf } from './profile.ts';
import { isWritten, sourceFacts, writtenSources } from './sources.ts';
import { keyCacheOf, stackOfProduct, stacksOfBuilds, withStackOfBuild } from './stack.ts';

/**
 * Joins base files and overlays of one application. A profile's subject says what holds there: what it writes itself, and
 * what the base writes. Defaults that the base has too are told of the base only.
 */
export function joinOverlays(
  subjects: readonly ConfigSubject[],
  others: readonly ConfigSubject[],
): readonly ConfigSubject[] {
  const groups = new Map<string, ConfigSubject[]>();
  for (const subject of [...subjects].sort(byPrecedence)) {
    const { application } = springFileOf(subject.file);
    const key = [application, subject.kind, subject.name].join('\n');
    groups.set(key, [...(groups.get(key) ?? []), subject]);
  }
  const builds = stacksOfBuilds(others);
  return [...groups.values()]
    .flatMap(joinOne)
    .map((subject) => (subject.kind === 'verifier' ? withStackOfBuild(subject, builds) : subject));
}

/** `bootstrap` is read before `application`, and YAML before properties; the later wins. */
function byPrecedence(a: ConfigSubject, b: ConfigSubject): number {
  return rank(a) - rank(b);
}

function rank({ file }: ConfigSubject): number {
  return (/(?:^|\/)bootstrap[^/]*$/.test(file) ? 0 : 2) + (file.endsWith('.properties') ? 1 : 0);
}

function joinOne(subjects: readonly ConfigSubject[]): readonly ConfigSubject[] {
  const byProfile = new Map<string | null, ConfigSubject>();
  for (const subject of subjects) {
    const before = byProfile.get(subject.profile);
    byProfile.set(subject.profile, before === undefined ? subject : over(before, subject, false));
  }
  const base = byProfile.get(null);
  return [...byProfile.values()].map((subject) =>
    base === undefined || subject === base ? subject : over(base, subject, true),
  );
}

/** @param isOverlay the result stands beside the base, else it takes the place of both */
function over(base: ConfigSubject, top: ConfigSubject, isOverlay: boolean): ConfigSubject {
  const facts: Record<string, ConfigFact<unknown>> = {};
  const below = Object.entries<ConfigFact<unknown>>(base.facts);
  const above = new Map(Object.entries<ConfigFact<unknown>>(top.facts));
  for (const [name, fact] of below) {
    const own = above.get(name);
    if (isWritten(own)) facts[name] = own;
    else if (isStated(fact) || !isOverlay) facts[name] = fact;
  }
  for (const [name, fact] of above) if (!below.some(([known]) => known === name)) facts[name] = fact;
  const joined = { ...top, facts } as ConfigSubject; // facts of the same kind, taken from two subjects of it
  const whole: ConfigSubject = isOverlay
    ? joined
    : {
        ...joined,
        at: base.at,
        secrets: [...base.secrets, ...top.secrets],
        remarks: [...base.remarks, ...top.remarks],
      };
  if (whole.kind !== 'verifier' || base.kind !== 'verifier' || top.kind !== 'verifier') return whole;
  return settle(whole, base, top);
}

function isStated({ origin }: ConfigFact<unknown>): boolean {
  return origin === 'explicit' || origin === 'derived' || origin === 'unknown';
}

/** Where keys come from is decided by what both write, not by either alone. */
function settle(joined: VerifierConfig, base: VerifierConfig, top: VerifierConfig): VerifierConfig {
  const product = top.product ?? base.product;
  if (joined.name !== 'resource server') return { ...joined, product };
  const own = writtenSources(top.facts);
  const given = writtenSources(base.facts);
  const algorithms = own.algorithms ?? given.algorithms ?? lostAlgorithms(base) ?? lostAlgorithms(top);
  const sources = sourceFacts(
    {
      issuers: own.issuers ?? given.issuers,
      jwksUri: own.jwksUri ?? given.jwksUri,
      publicKey: own.publicKey ?? given.publicKey,
      algorithms,
    },
    joined.at,
  );
  const { discoveryUrl: _url, jwksUri: _uri, ...rest } = joined.facts;
  const isFetched = sources.keySource?.origin === 'explicit' && sources.keySource.value !== 'static';
  const cache = isFetched ? { keyCacheTtl: keyCacheOf(stackOfProduct(product), joined.at) } : {};
  const facts: VerifierFactMap = { ...rest, ...sources, ...cache };
  return { ...joined, product, facts };
}

/** Algorithms that had no effect in their own document count as soon as another adds a jwk-set-uri. */
function lostAlgorithms({ remarks, at }: VerifierConfig): ConfigFact<never> | undefined {
  const isLost = remarks.some(({ kind, message }) => kind === 'ignored-setting' && message.startsWith('jws-algorithm'));
  return isLost ? unknownConfigFact(at, 'they are written beside an issuer-uri, in another document') : undefined;
}
