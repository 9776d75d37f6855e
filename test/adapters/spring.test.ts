import { describe, expect, it } from 'vitest';
import { joinSubjects, readConfigFile } from '../../src/adapters/read-config.ts';
import type { ConfigSubject, VerifierConfig } from '../../src/model/config.ts';
import { knownValue } from '../../src/model/config.ts';

/** The base first, then profiles by name. */
function verifiersOf(files: Readonly<Record<string, string>>): readonly VerifierConfig[] {
  const read = Object.entries(files).flatMap(
    ([file, text]): readonly ConfigSubject[] => readConfigFile(file, text).subjects,
  );
  const verifiers = joinSubjects(read).filter((subject) => subject.kind === 'verifier');
  return verifiers.sort((a, b) => (a.profile ?? '').localeCompare(b.profile ?? ''));
}

const JWT = 'spring.security.oauth2.resourceserver.jwt';

describe('profiles of Spring Boot', () => {
  it('add to the base, and win over it', () => {
    const [base, prod] = verifiersOf({
      'a/src/main/resources/application.yml': `${JWT}: { issuer-uri: "https://id.example.com", audiences: [orders] }`,
      'a/src/main/resources/application-prod.properties': `${JWT}.issuer-uri=https://login.example.com\n`,
    });
    expect(base?.profile).toBeNull();
    expect(prod?.profile).toBe('prod');
    expect(knownValue(prod?.facts.issuers)).toEqual(['https://login.example.com']);
    expect(knownValue(prod?.facts.audiences)).toEqual(['orders']);
    expect(prod?.facts.requiresExp).toBeUndefined();
  });

  it('find by discovery no longer what a jwk-set-uri of theirs tells', () => {
    const [base, prod] = verifiersOf({
      'application.yml': `${JWT}: { issuer-uri: "https://id.example.com" }`,
      'application-prod.yml': `${JWT}: { jwk-set-uri: "https://id.example.com/jwks" }`,
    });
    expect(base?.facts).toMatchObject({ keySource: { value: 'discovery' }, algorithms: { value: 'from-key' } });
    expect(prod?.facts).toMatchObject({ keySource: { value: 'jwks' }, issuers: { value: ['https://id.example.com'] } });
    expect(prod?.facts.discoveryUrl).toBeUndefined();
    expect(knownValue(prod?.facts.algorithms)).not.toBe('from-key');
  });

  it('do not guess algorithms that had no effect beside an issuer-uri', () => {
    const [, prod] = verifiersOf({
      'application.yml': `${JWT}: { issuer-uri: "https://id.example.com", jws-algorithms: [ES256] }`,
      'application-prod.yml': `${JWT}: { jwk-set-uri: "https://id.example.com/jwks" }`,
    });
    expect(prod?.facts.algorithms?.origin).toBe('unknown');
  });

  it('know nothing of keys where the base is not in the run', () => {
    const [prod] = verifiersOf({ 'application-prod.yml': `${JWT}: { audiences: [orders] }` });
    expect(prod?.facts).toMatchObject({ keySource: { origin: 'unknown' }, issuers: { origin: 'unknown' } });
  });

  it('of applications in other folders are not theirs', () => {
    const verifiers = verifiersOf({
      'a/application.yml': `${JWT}: { issuer-uri: "https://id.example.com", audiences: [orders] }`,
      'b/application-prod.yml': `${JWT}: { issuer-uri: "https://id.example.com" }`,
    });
    expect(knownValue(verifiers[1]?.facts.audiences)).toBeNull();
  });

  it('let documents without one add up, bootstrap first', () => {
    const [only, ...others] = verifiersOf({
      'bootstrap.yml': `${JWT}: { issuer-uri: "https://old.example.com" }`,
      'application.yml': `${JWT}: { issuer-uri: "https://id.example.com" }\n---\n${JWT}: { audiences: orders }`,
    });
    expect(others).toEqual([]);
    expect(knownValue(only?.facts.issuers)).toEqual(['https://id.example.com']);
    expect(knownValue(only?.facts.audiences)).toEqual(['orders']);
  });
});

describe('the stack of a Spring application', () => {
  const STARTER = 'spring-boot-starter-oauth2-resource-server';
  const pom = (...artifacts: readonly string[]): string =>
    `<project><dependencies>${artifacts
      .map((name) => {
        const group = name.startsWith('spring-cloud') ? 'org.springframework.cloud' : 'org.springframework.boot';
        return `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>3.5.0</version></dependency>`;
      })
      .join('')}</dependencies></project>`;
  const FILE = 'shop/orders/src/main/resources/application.yml';
  const CONFIG = `${JWT}: { issuer-uri: "https://id.example.com" }`;

  it.for([
    {
      name: 'is servlet with the web starter',
      artifacts: [STARTER, 'spring-boot-starter-web'],
      product: 'spring-security',
    },
    {
      name: 'is servlet with both',
      artifacts: [STARTER, 'spring-boot-starter-webflux', 'spring-boot-starter-web'],
      product: 'spring-security',
    },
    {
      name: 'is reactive with WebFlux',
      artifacts: [STARTER, 'spring-boot-starter-webflux'],
      product: 'spring-security-reactive',
    },
    {
      name: 'is reactive with Spring Cloud Gateway',
      artifacts: [STARTER, 'spring-cloud-starter-gateway'],
      product: 'spring-security-reactive',
    },
    { name: 'is unknown with neither', artifacts: [STARTER], product: undefined },
  ])('$name', ({ artifacts, product }) => {
    const [verifier] = verifiersOf({ [FILE]: CONFIG, 'shop/orders/pom.xml': pom(...artifacts) });
    expect(verifier?.product?.id).toBe(product);
    expect(verifier?.product?.version ?? null).toBeNull();
    expect(verifier?.facts.keyCacheTtl?.origin).toBe(product === undefined ? 'unknown' : 'platform');
  });

  it('is that of the nearest build file', () => {
    const [verifier] = verifiersOf({
      [FILE]: CONFIG,
      'shop/pom.xml': pom(STARTER, 'spring-boot-starter-web'),
      'shop/orders/pom.xml': pom(STARTER, 'spring-boot-starter-webflux'),
      'shop/stock/pom.xml': pom(STARTER, 'spring-boot-starter-web'),
    });
    expect(verifier?.product?.id).toBe('spring-security-reactive');
  });

  it('is what the file says, whatever the build file', () => {
    const [verifier] = verifiersOf({
      [FILE]: `spring.main.web-application-type: servlet\n${CONFIG}`,
      'shop/orders/pom.xml': pom(STARTER, 'spring-boot-starter-webflux'),
    });
    expect(verifier?.product?.id).toBe('spring-security');
  });
});
