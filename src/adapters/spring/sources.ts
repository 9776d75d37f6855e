import type { ConfigFact, VerifierFactMap } from '../../model/config.ts';
import type { Location } from '../../model/location.ts';
import { derivedFact, explicitFact, mapFact, unknownConfigFact } from '../facts.ts';

/** What is written about the keys of one verifier, by one document or by several. */
export interface WrittenSources {
  readonly issuers: ConfigFact<readonly string[]> | undefined;
  readonly jwksUri: ConfigFact<string | null> | undefined;
  readonly publicKey: Location | undefined;
  readonly algorithms: ConfigFact<readonly string[] | 'from-key' | 'any'> | undefined;
}

type SourceFacts = Pick<VerifierFactMap, 'keySource' | 'jwksUri' | 'discoveryUrl' | 'issuers' | 'algorithms'>;

/** Why facts are unknown that a base file would have told. */
const ELSEWHERE = 'another file or the environment says where its keys come from';

/**
 * Which of the three sources of keys counts: a key set's address before an issuer, and an issuer before a public key.
 * Facts that are left out have their default.
 *
 * @see Spring Boot 4.0: JwtDecoderConfiguration.java, KeyValueCondition.java
 */
export function sourceFacts({ issuers, jwksUri, publicKey, algorithms }: WrittenSources, at: Location): SourceFacts {
  const written = {
    ...(issuers === undefined ? {} : { issuers }),
    ...(algorithms === undefined ? {} : { algorithms }),
  };
  if (jwksUri !== undefined) return { ...written, jwksUri, keySource: explicitFact('jwks', jwksUri.at) };
  if (issuers !== undefined) {
    const discoveryUrl = mapFact(
      issuers,
      ([issuer = '']) => `${issuer.replace(/(?<!\/)\/+$/, '')}/.well-known/openid-configuration`,
    );
    return {
      issuers,
      keySource: explicitFact('discovery', issuers.at),
      jwksUri: derivedFact(null, issuers.at, 'found by discovery at issuer-uri'),
      ...(discoveryUrl === undefined ? {} : { discoveryUrl: derivedFrom(discoveryUrl) }),
      algorithms: {
        origin: 'platform',
        value: 'from-key',
        at: issuers.at,
        source: 'Spring Security: NimbusJwtDecoder.withIssuerLocation takes the algorithms of the key set',
        versions: null,
      },
    };
  }
  if (publicKey !== undefined) return { ...written, keySource: explicitFact('static', publicKey) };
  const unknown = unknownConfigFact(at, ELSEWHERE);
  return { keySource: unknown, issuers: unknown, algorithms: algorithms ?? unknown };
}

function derivedFrom<T>(fact: ConfigFact<T>): ConfigFact<T> {
  return fact.origin === 'unknown' ? fact : { ...fact, origin: 'derived', source: 'issuer-uri' };
}

/** Reads back what was written, for joining it with another document. */
export function writtenSources(facts: VerifierFactMap): WrittenSources {
  return {
    issuers: isWritten(facts.issuers) ? listOnly(facts.issuers) : undefined,
    jwksUri: isWritten(facts.jwksUri) ? facts.jwksUri : undefined,
    publicKey:
      facts.keySource !== undefined && facts.keySource.origin === 'explicit' && facts.keySource.value === 'static'
        ? facts.keySource.at
        : undefined,
    algorithms: isWritten(facts.algorithms) ? facts.algorithms : undefined,
  };
}

/** Written in a document, even where its value is filled in elsewhere. */
export function isWritten<T>(fact: ConfigFact<T> | undefined): fact is ConfigFact<T> {
  return fact !== undefined && (fact.origin === 'explicit' || (fact.origin === 'unknown' && fact.source !== ELSEWHERE));
}

function listOnly(fact: ConfigFact<readonly string[] | null>): ConfigFact<readonly string[]> | undefined {
  if (fact.origin === 'unknown') return fact;
  const { value, ...rest } = fact;
  return value === null ? undefined : { ...rest, value };
}
