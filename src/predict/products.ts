import { jose } from './products/jose.ts';
import { jwksRsaJsonwebtoken } from './products/jwks-rsa-jsonwebtoken.ts';
import { jwksRsaExpressJwt } from './products/jwks-rsa-express-jwt.ts';
import { jwksRsaPassportJwt } from './products/jwks-rsa-passport-jwt.ts';
import { expressOauth2JwtBearer } from './products/express-oauth2-jwt-bearer.ts';
import { getJwksFastJwt } from './products/get-jwks-fast-jwt.ts';
import { fastJwt } from './products/fast-jwt.ts';
import { awsJwtVerify } from './products/aws-jwt-verify.ts';
import { honoJwk } from './products/hono-jwk.ts';
import { goOidc } from './products/go-oidc.ts';
import { pyjwt } from './products/pyjwt.ts';
import { staticKeys } from './products/static-keys.ts';
import type { Product } from './product.ts';

/** Every product whose behaviour is known, by the name inventories use. */
export const PRODUCTS: readonly Product[] = [
  jose,
  jwksRsaJsonwebtoken,
  jwksRsaExpressJwt,
  jwksRsaPassportJwt,
  expressOauth2JwtBearer,
  getJwksFastJwt,
  fastJwt,
  awsJwtVerify,
  honoJwk,
  goOidc,
  pyjwt,
  staticKeys,
];

export type ProductMatch =
  | { readonly kind: 'known'; readonly product: Product; readonly assumption: string | null }
  | { readonly kind: 'other-major'; readonly product: Product }
  | { readonly kind: 'unknown' };

/**
 * Finds the product of a verifier. Another major version is not assumed to behave alike; another minor version is, and
 * the assumption is stated.
 */
export function findProduct(id: string, version: string | null): ProductMatch {
  const product = PRODUCTS.find((candidate) => candidate.id === id);
  if (product === undefined) return { kind: 'unknown' };
  const { major, versions } = product.checked;
  if (versions === 'any') return { kind: 'known', product, assumption: null };
  if (version === null)
    return { kind: 'known', product, assumption: `no version declared; the behaviour is that of ${versions}` };
  if (Number.parseInt(version, 10) !== major) return { kind: 'other-major', product };
  const same = versions.split(' ').includes(version);
  return { kind: 'known', product, assumption: same ? null : `checked for ${versions}, declared ${version}` };
}
