import type { ConfigFact, ConfigSubject, VerifierConfig, VerifierFactMap } from '../model/config.ts';
import { knownValue } from '../model/config.ts';
import type { Location } from '../model/location.ts';
import type { Bound } from '../model/quantity.ts';
import { millis } from '../model/quantity.ts';
import type { DottedSettings } from './dotted-settings.ts';
import { settingOf, settingsBelow } from './dotted-settings.ts';
import { textFact, unknownConfigFact } from './facts.ts';

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

/**
 * Lets build files tell the stack of verifiers whose own files do not: the one in the nearest folder above the
 * configuration counts.
 */
export function withStackOfBuild(verifier: VerifierConfig, others: readonly ConfigSubject[]): VerifierConfig {
  const source = knownValue(verifier.facts.keySource);
  if (verifier.product !== null || (source !== 'jwks' && source !== 'discovery')) return verifier;
  const products = others.flatMap((other) => {
    if (other.kind !== 'library' || other.product === null || !isAbove(other.file, verifier.file)) return [];
    const stack = stackOfProduct(other.product);
    return stack === null ? [] : [{ stack, version: other.product.version, depth: folderOf(other.file).length }];
  });
  const nearest = products.filter(({ depth }) => depth === Math.max(...products.map((each) => each.depth)));
  const stacks = new Set(nearest.map(({ stack }) => stack));
  const [found] = nearest;
  if (found === undefined || stacks.size > 1) return verifier;
  const version = nearest.find((each) => each.version !== null)?.version ?? null;
  const facts: VerifierFactMap = { ...verifier.facts, keyCacheTtl: keyCacheOf(found.stack, verifier.at) };
  return { ...verifier, product: { id: PRODUCT_OF[found.stack], version }, facts };
}

export function stackOfProduct(product: VerifierConfig['product']): Stack | null {
  if (product?.id === PRODUCT_OF.servlet) return 'servlet';
  return product?.id === PRODUCT_OF.reactive ? 'reactive' : null;
}

function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf('/') + 1);
}

function isAbove(build: string, file: string): boolean {
  return file.startsWith(folderOf(build));
}
