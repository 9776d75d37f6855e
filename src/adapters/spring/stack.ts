import type { ConfigFact, ConfigSubject, VerifierConfig, VerifierFactMap } from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import type { Location } from '../../model/location.ts';
import type { Bound } from '../../model/quantity.ts';
import { millis } from '../../model/quantity.ts';
import type { DottedSettings } from '../dotted-settings.ts';
import { settingOf, settingsBelow } from '../dotted-settings.ts';
import { textFact, unknownConfigFact } from '../facts.ts';
import { folderOf } from '../../model/location.ts';

export type Stack = 'servlet' | 'reactive';

/** Settings that only one of the two stacks reads. */
const REACTIVE_ONLY = /^spring\.(?:webflux\.|cloud\.gateway\.(?!mvc\.|server\.webmvc\.))/;
const SERVLET_ONLY =
  /^(?:spring\.(?:mvc|servlet)\.|server\.servlet\.|spring\.cloud\.gateway\.(?:mvc|server\.webmvc)\.)/;

/** Which stack a document is written for; null where it does not tell, or says both. */
export function stackIn(settings: DottedSettings): Stack | null {
  const type = knownValue(textFact(settingOf(settings, 'spring.main.webapplicationtype')))?.toLowerCase();
  if (type === 'servlet' || type === 'reactive') return type;
  const names = [...settingsBelow(settings, 'spring.'), ...settingsBelow(settings, 'server.')].map(({ name }) =>
    settings.normalise(name),
  );
  const isReactive = names.some((name) => REACTIVE_ONLY.test(name));
  const isServlet = names.some((name) => SERVLET_ONLY.test(name));
  if (isReactive === isServlet) return null;
  return isReactive ? 'reactive' : 'servlet';
}

const PRODUCT_OF: Readonly<Record<Stack, string>> = {
  servlet: 'spring-security',
  reactive: 'spring-security-reactive',
};

const CACHE_OF: Readonly<Record<Stack, { readonly value: Bound; readonly source: string }>> = {
  servlet: { value: millis(300_000), source: 'Spring Security: NimbusJwtDecoder, the default of Nimbus: 5 minutes' },
  reactive: {
    value: 'unbounded',
    source: 'Spring Security: ReactiveRemoteJWKSource has no expiry, only an unknown kid makes it fetch',
  },
};

export function productOfStack(stack: Stack | null): VerifierConfig['product'] {
  return stack === null ? null : { id: PRODUCT_OF[stack], version: null };
}

export function keyCacheOf(stack: Stack | null, at: Location): ConfigFact<Bound> {
  return stack === null
    ? unknownConfigFact(at, 'the file does not tell whether the application is servlet or WebFlux')
    : { origin: 'platform', ...CACHE_OF[stack], at, versions: null };
}

/** What build files say of the stack, by the folder that they stand in. */
export type StacksOfBuilds = ReadonlyMap<string, readonly StackOfBuild[]>;

interface StackOfBuild {
  readonly stack: Stack;
  readonly version: string | null;
}

export function stacksOfBuilds(subjects: readonly ConfigSubject[]): StacksOfBuilds {
  const found = new Map<string, StackOfBuild[]>();
  for (const subject of subjects) {
    if (subject.kind !== 'library' || subject.product === null) continue;
    const stack = stackOfProduct(subject.product);
    if (stack === null) continue;
    const folder = folderOf(subject.file);
    found.set(folder, [...(found.get(folder) ?? []), { stack, version: subject.product.version }]);
  }
  return found;
}

/**
 * Lets build files tell the stack of verifiers whose own files do not: the one in the nearest folder above the
 * configuration counts.
 */
export function withStackOfBuild(verifier: VerifierConfig, builds: StacksOfBuilds): VerifierConfig {
  const source = knownValue(verifier.facts.keySource);
  if (verifier.product !== null || (source !== 'jwks' && source !== 'discovery')) return verifier;
  const nearest = nearestAbove(verifier.file, builds);
  const [found] = nearest;
  if (found === undefined || nearest.some(({ stack }) => stack !== found.stack)) return verifier;
  const version = nearest.find((each) => each.version !== null)?.version ?? null;
  const facts: VerifierFactMap = { ...verifier.facts, keyCacheTtl: keyCacheOf(found.stack, verifier.at) };
  return { ...verifier, product: { id: PRODUCT_OF[found.stack], version }, facts };
}

function nearestAbove(file: string, builds: StacksOfBuilds): readonly StackOfBuild[] {
  let folder = folderOf(file);
  for (;;) {
    const found = builds.get(folder);
    if (found !== undefined) return found;
    if (folder === '') return [];
    folder = folderOf(folder.slice(0, -1));
  }
}

export function stackOfProduct(product: VerifierConfig['product']): Stack | null {
  if (product?.id === PRODUCT_OF.servlet) return 'servlet';
  return product?.id === PRODUCT_OF.reactive ? 'reactive' : null;
}
