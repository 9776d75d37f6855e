import type { Product } from './product.ts';
import { apolloRouter } from './products/apollo-router.ts';
import { aspnetJwtbearer, aspnetJwtbearer8 } from './products/aspnet-jwtbearer.ts';
import { awsJwtVerify, awsJwtVerifyBefore5 } from './products/aws-jwt-verify.ts';
import { awsAlbJwt, awsApigatewayHttpJwt, awsApigatewayRestJwt } from './products/aws-managed.ts';
import { dapr } from './products/dapr.ts';
import { envoyGateway, envoyJwtAuthnAsync } from './products/envoy-async.ts';
import { envoyJwtAuthn } from './products/envoy.ts';
import { expressOauth2JwtBearer } from './products/express-oauth2-jwt-bearer.ts';
import { fastJwt } from './products/fast-jwt.ts';
import { gcpApiGateway } from './products/gcp-api-gateway.ts';
import { getJwksFastJwt, getJwksFastJwtCache, getJwksFastifyJwt } from './products/get-jwks-fast-jwt.ts';
import { goOidc } from './products/go-oidc.ts';
import { grafana } from './products/grafana.ts';
import { haproxy } from './products/haproxy.ts';
import { hasura } from './products/hasura.ts';
import { honoJwk } from './products/hono-jwk.ts';
import { istio, istioRemoteJwks } from './products/istio.ts';
import { jose, joseBefore6 } from './products/jose.ts';
import {
  jwksRsaExpressJwt,
  jwksRsaExpressJwtBefore4,
  jwksRsaJsonwebtoken,
  jwksRsaJsonwebtokenBefore4,
  jwksRsaPassportJwt,
  jwksRsaPassportJwtBefore4,
} from './products/jwks-rsa.ts';
import { jwx } from './products/jwx.ts';
import { kafkaOauthbearer } from './products/kafka-oauthbearer.ts';
import { keyfunc } from './products/keyfunc.ts';
import { kongJwt, kongOpenidConnect } from './products/kong.ts';
import { krakend } from './products/krakend.ts';
import { kubeApiserver } from './products/kube-apiserver.ts';
import { luaRestyOpenidc } from './products/lua-resty-openidc.ts';
import { micronaut } from './products/micronaut.ts';
import { minio } from './products/minio.ts';
import { modAuthOpenidc, modAuthOpenidcBefore2420 } from './products/mod-auth-openidc.ts';
import { modOauth2 } from './products/mod-oauth2.ts';
import { natsServer } from './products/nats-server.ts';
import { nginxAuthJwt } from './products/nginx-auth-jwt.ts';
import { nimbusJoseJwt } from './products/nimbus-jose-jwt.ts';
import { oauth4webapi } from './products/oauth4webapi.ts';
import { oauth2Proxy } from './products/oauth2-proxy.ts';
import { oktaJwtVerifier } from './products/okta-jwt-verifier.ts';
import { oryOathkeeper } from './products/ory-oathkeeper.ts';
import { postgrest } from './products/postgrest.ts';
import { pyjwt, pyjwtCacheKeys, pyjwtWithoutTimeout } from './products/pyjwt.ts';
import { quarkusOidc, quarkusOidcCleanUpTimer, quarkusOidcResolveLate, smallryeJwt } from './products/quarkus.ts';
import { rabbitmqOauth2 } from './products/rabbitmq-oauth2.ts';
import {
  springSecurity,
  springSecurity65,
  springSecurityBefore65,
  springSecurityReactive,
} from './products/spring-security.ts';
import { staticKeys } from './products/static-keys.ts';
import { supabase } from './products/supabase.ts';
import { traefikHub } from './products/traefik-hub.ts';
import { vaultJwt } from './products/vault-jwt.ts';

/** Every product whose behaviour is known. One that changed its behaviour is there once for every range of versions. */
export const PRODUCTS: readonly Product[] = [
  apolloRouter,
  aspnetJwtbearer8,
  aspnetJwtbearer,
  awsAlbJwt,
  awsApigatewayHttpJwt,
  awsApigatewayRestJwt,
  awsJwtVerifyBefore5,
  awsJwtVerify,
  dapr,
  envoyGateway,
  envoyJwtAuthnAsync,
  envoyJwtAuthn,
  expressOauth2JwtBearer,
  fastJwt,
  gcpApiGateway,
  getJwksFastJwt,
  getJwksFastJwtCache,
  getJwksFastifyJwt,
  goOidc,
  grafana,
  haproxy,
  hasura,
  honoJwk,
  istio,
  istioRemoteJwks,
  joseBefore6,
  jose,
  jwksRsaExpressJwtBefore4,
  jwksRsaExpressJwt,
  jwksRsaJsonwebtokenBefore4,
  jwksRsaJsonwebtoken,
  jwksRsaPassportJwtBefore4,
  jwksRsaPassportJwt,
  jwx,
  kafkaOauthbearer,
  keyfunc,
  kongJwt,
  kongOpenidConnect,
  krakend,
  kubeApiserver,
  luaRestyOpenidc,
  micronaut,
  minio,
  modAuthOpenidcBefore2420,
  modAuthOpenidc,
  modOauth2,
  natsServer,
  nginxAuthJwt,
  nimbusJoseJwt,
  oauth2Proxy,
  oauth4webapi,
  oktaJwtVerifier,
  oryOathkeeper,
  postgrest,
  pyjwtWithoutTimeout,
  pyjwt,
  pyjwtCacheKeys,
  quarkusOidc,
  quarkusOidcResolveLate,
  quarkusOidcCleanUpTimer,
  rabbitmqOauth2,
  smallryeJwt,
  springSecurityBefore65,
  springSecurity65,
  springSecurity,
  springSecurityReactive,
  staticKeys,
  supabase,
  traefikHub,
  vaultJwt,
];

/** Names of the lab for a library that is served in another way, which changes nothing of what it caches. */
const SERVED_OTHERWISE: ReadonlyMap<string, string> = new Map([
  ['jose+mtls', 'jose'],
  ['jose+client-cert-header', 'jose'],
]);

export type ProductMatch =
  | { readonly kind: 'known'; readonly product: Product; readonly assumption: string | null }
  | { readonly kind: 'unknown'; readonly why: string; readonly hint: string };

/**
 * Finds the product of a verifier. A version between those that were checked is assumed to behave like them, and the
 * assumption is stated; one outside, another major version above all, is unknown.
 */
export function findProduct(id: string, version: string | null): ProductMatch {
  const library = SERVED_OTHERWISE.get(id) ?? id;
  const ranges = PRODUCTS.filter((candidate) => candidate.id === library);
  const newest = ranges.at(-1);
  if (newest === undefined) {
    const known = [...new Set(PRODUCTS.map((product) => product.id))].join(', ');
    return { kind: 'unknown', why: `nothing is known of "${id}"`, hint: `known are ${known}` };
  }
  if (newest.checked === null) return { kind: 'known', product: newest, assumption: null };
  if (version === null) {
    const { package: name, versions } = newest.checked;
    return {
      kind: 'known',
      product: newest,
      assumption: `no version declared; taken for ${name} ${versions.join(', ')}`,
    };
  }
  const product = ranges.find((candidate) => contains(candidate, version));
  if (product === undefined) {
    const hint = `known is the behaviour of ${ranges.map(showRange).join(' and ')}`;
    return { kind: 'unknown', why: `${id} ${version} was not checked`, hint };
  }
  return { kind: 'known', product, assumption: assumptionOf(product, version) };
}

function contains({ checked }: Product, version: string): boolean {
  return checked !== null && compareVersions(version, checked.from) >= 0 && compareVersions(version, checked.below) < 0;
}

function assumptionOf({ checked }: Product, version: string): string | null {
  if (checked === null || checked.versions.some((known) => compareVersions(known, version) === 0)) return null;
  return `checked for ${checked.package} ${checked.versions.join(', ')}, declared ${version}`;
}

/** `jose 6.0.0 to below 7.0.0`. */
export function showRange({ id, checked }: Product): string {
  return checked === null ? id : `${checked.package} ${checked.from} to below ${checked.below}`;
}

/** Compares dotted numbers; a leading v and a suffix such as -beta.1 are left out. NaN when one is no version. */
function compareVersions(left: string, right: string): number {
  const [a, b] = [numbersOf(left), numbersOf(right)];
  if (a === null || b === null) return Number.NaN;
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function numbersOf(version: string): readonly number[] | null {
  const match = /^v?(\d+(?:\.\d+)*)(?:[-+].*)?$/.exec(version);
  return match?.[1]?.split('.').map(Number) ?? null;
}
