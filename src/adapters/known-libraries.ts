import type { LibraryValues } from '../model/config.ts';

/** One package that verifies tokens, or fetches the keys for it. */
export interface KnownLibrary {
  readonly ecosystem: LibraryValues['ecosystem'];
  /** In the normal form of the ecosystem: lower case for PyPI and NuGet, `group:artifact` for Maven. */
  readonly package: string;
  /** Product table that describes what it does with keys; null where the application decides. */
  readonly product: string | null;
  /** Further packages that must be there for the product to be the right one. */
  readonly together?: readonly string[];
}

type Entry = readonly [name: string, product?: string | null, ...together: readonly string[]];

function listed(ecosystem: LibraryValues['ecosystem'], entries: readonly Entry[]): readonly KnownLibrary[] {
  return entries.map(([name, product = null, ...together]) => ({ ecosystem, package: name, product, together }));
}

const SERVLET = ['boot:spring-boot-starter-web', 'boot:spring-boot-starter-webmvc'];
const REACTIVE = [
  'boot:spring-boot-starter-webflux',
  'cloud:spring-cloud-starter-gateway',
  'cloud:spring-cloud-starter-gateway-server-webflux',
];

/**
 * Spring Boot takes the servlet stack wherever it is there, WebFlux beside it or not.
 *
 * @see Spring Boot 3: WebApplicationType.java, deduceFromClasspath
 */
function onEitherStack(name: string): readonly Entry[] {
  return [
    ...SERVLET.map((starter): Entry => [name, 'spring-security', `org.springframework.${starter}`]),
    ...REACTIVE.map((starter): Entry => [name, 'spring-security-reactive', `org.springframework.${starter}`]),
  ];
}

/**
 * Libraries by ecosystem. An entry with companions stands before the one without: the first that fits a manifest is
 * used. A framework that many use without tokens has no product: its presence says nothing about keys.
 */
export const KNOWN_LIBRARIES: readonly KnownLibrary[] = [
  ...listed('npm', [
    ['jose', 'jose'],
    ['jwks-rsa', 'jwks-rsa+passport-jwt', 'passport-jwt'],
    ['jwks-rsa', 'jwks-rsa+express-jwt', 'express-jwt'],
    ['jwks-rsa', 'jwks-rsa+jsonwebtoken', 'jsonwebtoken'],
    ['jwks-rsa'],
    ['jsonwebtoken'],
    ['express-jwt'],
    ['passport-jwt'],
    ['express-oauth2-jwt-bearer', 'express-oauth2-jwt-bearer'],
    ['get-jwks', 'get-jwks+fastify-jwt', '@fastify/jwt'],
    ['get-jwks', 'get-jwks+fast-jwt', 'fast-jwt'],
    ['get-jwks'],
    ['fast-jwt', 'fast-jwt'],
    ['@fastify/jwt'],
    ['aws-jwt-verify', 'aws-jwt-verify'],
    ['@okta/jwt-verifier', 'okta-jwt-verifier'],
    ['hono'],
    ['koa-jwt'],
    ['node-jose'],
    ['jwt-simple'],
    ['jws'],
    ['@nestjs/jwt'],
  ]),
  ...listed('go', [
    ['github.com/coreos/go-oidc', 'go-oidc'],
    ['github.com/coreos/go-oidc/v3', 'go-oidc'],
    ['github.com/hashicorp/cap'],
    ['github.com/MicahParks/keyfunc/v3', 'keyfunc'],
    ['github.com/MicahParks/keyfunc/v2'],
    ['github.com/lestrrat-go/jwx/v2', 'jwx'],
    ['github.com/lestrrat-go/jwx/v3'],
    ['github.com/golang-jwt/jwt'],
    ['github.com/golang-jwt/jwt/v4'],
    ['github.com/golang-jwt/jwt/v5'],
    ['github.com/dgrijalva/jwt-go'],
    ['github.com/go-jose/go-jose/v3'],
    ['github.com/go-jose/go-jose/v4'],
    ['github.com/auth0/go-jwt-middleware/v2'],
    ['github.com/zitadel/oidc/v3'],
    ['github.com/cristalhq/jwt/v5'],
    ['github.com/nats-io/nats-server/v2'],
  ]),
  ...listed('pypi', [
    ['pyjwt', 'pyjwt'],
    ['python-jose'],
    ['authlib'],
    ['joserfc'],
    ['jwcrypto'],
    ['flask-jwt-extended'],
    ['djangorestframework-simplejwt'],
  ]),
  ...listed('maven', [
    ...onEitherStack('org.springframework.security:spring-security-oauth2-jose'),
    ['org.springframework.security:spring-security-oauth2-jose', 'spring-security'],
    ['org.springframework.security:spring-security-oauth2-resource-server'],
    ...onEitherStack('org.springframework.boot:spring-boot-starter-oauth2-resource-server'),
    ['org.springframework.boot:spring-boot-starter-oauth2-resource-server'],
    ...onEitherStack('org.springframework.boot:spring-boot-starter-security-oauth2-resource-server'),
    ['org.springframework.boot:spring-boot-starter-security-oauth2-resource-server'],
    ['com.nimbusds:nimbus-jose-jwt'],
    ['com.auth0:java-jwt'],
    ['com.auth0:jwks-rsa'],
    ['io.jsonwebtoken:jjwt'],
    ['io.jsonwebtoken:jjwt-api'],
    ['io.jsonwebtoken:jjwt-impl'],
    ['org.bitbucket.b_c:jose4j'],
    ['org.pac4j:pac4j-jwt'],
    ['io.quarkus:quarkus-oidc', 'quarkus-oidc'],
    ['io.quarkus:quarkus-smallrye-jwt'],
    ['io.smallrye:smallrye-jwt', 'smallrye-jwt'],
    ['io.micronaut.security:micronaut-security-jwt', 'micronaut'],
  ]),
  ...listed('nuget', [
    ['microsoft.aspnetcore.authentication.jwtbearer', 'aspnet-jwtbearer'],
    ['microsoft.identitymodel.jsonwebtokens'],
    ['microsoft.identitymodel.tokens'],
    ['system.identitymodel.tokens.jwt'],
    ['jose-jwt'],
    ['jwt'],
  ]),
];

/** Whether any entry has this name. */
export function isKnownLibrary(ecosystem: LibraryValues['ecosystem'], name: string): boolean {
  return KNOWN_LIBRARIES.some((library) => library.ecosystem === ecosystem && library.package === name);
}

/** The product table of a package beside the others of its manifest; null when there is none. */
export function productOf(
  ecosystem: LibraryValues['ecosystem'],
  name: string,
  others: ReadonlySet<string>,
): string | null {
  const library = KNOWN_LIBRARIES.find(
    (each) =>
      each.ecosystem === ecosystem &&
      each.package === name &&
      (each.together ?? []).every((companion) => others.has(companion)),
  );
  return library?.product ?? null;
}

/** A starter of Spring Boot has the version of Spring Boot, which says nothing of the library that it brings. */
export function hasOwnVersion(name: string): boolean {
  return !name.startsWith('org.springframework.boot:');
}
