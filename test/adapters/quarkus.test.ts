import { describe, expect, it } from 'vitest';
import { joinSubjects, readConfigFile } from '../../src/adapters/read-config.ts';
import type { ConfigSubject, VerifierConfig } from '../../src/model/config.ts';
import { knownValue } from '../../src/model/config.ts';

function verifiersOf(files: Readonly<Record<string, string>>): ReadonlyMap<string | null, VerifierConfig> {
  const read = Object.entries(files).flatMap(
    ([file, text]): readonly ConfigSubject[] => readConfigFile(file, text).subjects,
  );
  const verifiers = joinSubjects(read).filter((subject) => subject.kind === 'verifier');
  return new Map(verifiers.map((verifier) => [verifier.profile, verifier]));
}

const SERVER = 'quarkus.oidc.auth-server-url=https://id.example.com';

describe('profiles of Quarkus', () => {
  it('of a file of their own add to the base, and win over it', () => {
    const verifiers = verifiersOf({
      'application.properties': `${SERVER}\nquarkus.oidc.token.audience=orders\n`,
      'application-prod.properties': 'quarkus.oidc.auth-server-url=https://login.example.com\n',
    });
    expect(knownValue(verifiers.get('prod')?.facts.issuers)).toEqual(['https://login.example.com']);
    expect(knownValue(verifiers.get('prod')?.facts.audiences)).toEqual(['orders']);
    expect(verifiers.get('prod')?.facts.requiresExp).toBeUndefined();
  });

  it('keep an issuer that the base writes, though their own server would name another', () => {
    const verifiers = verifiersOf({
      'application.properties': `${SERVER}\nquarkus.oidc.token.issuer=https://id.example.com/tenant\n`,
      'application-prod.properties': 'quarkus.oidc.auth-server-url=http://keycloak:8080\n',
    });
    expect(knownValue(verifiers.get('prod')?.facts.issuers)).toEqual(['https://id.example.com/tenant']);
  });

  it('that change nothing about tokens are left out', () => {
    const text = `${SERVER}\n%prod.quarkus.oidc.connection-timeout=5S\n%dev.quarkus.log.level=DEBUG\n`;
    expect([...verifiersOf({ 'application.properties': text }).keys()]).toEqual([null]);
  });

  it('stand alone where the base has no server', () => {
    const text = `%prod.${SERVER}\nquarkus.oidc.client-id=orders\n`;
    const verifiers = verifiersOf({ 'application.properties': text });
    expect([...verifiers.keys()]).toEqual(['prod']);
    expect(verifiers.get('prod')?.facts.requiresExp?.origin).toBe('platform');
  });
});

describe('the key cache of Quarkus OIDC', () => {
  it.for([
    { name: 'has no end by default', settings: [], product: 'quarkus-oidc', ttl: 'unbounded' },
    {
      name: 'takes no time-to-live by default',
      settings: ['cache-time-to-live=1M'],
      product: 'quarkus-oidc',
      ttl: 'unbounded',
    },
    {
      name: 'has no end without a timer',
      settings: ['resolve-early=false', 'cache-time-to-live=1M'],
      product: 'quarkus-oidc-resolve-late',
      ttl: 'unbounded',
    },
    {
      name: 'ends with the run of the timer after the time-to-live',
      settings: ['resolve-early=false', 'cache-time-to-live=1M', 'clean-up-timer-interval=30S'],
      product: 'quarkus-oidc-clean-up-timer',
      ttl: 90_000,
    },
  ])('$name', ({ settings, product, ttl }) => {
    const lines = settings.map((setting) => `quarkus.oidc.jwks.${setting}\n`);
    const verifier = verifiersOf({ 'application.properties': `${SERVER}\n${lines.join('')}` }).get(null);
    expect(verifier?.product?.id).toBe(product);
    expect(knownValue(verifier?.facts.keyCacheTtl)).toBe(ttl);
  });
});
