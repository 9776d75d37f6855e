/** What a key must be to serve an algorithm: `crv` null where any curve, or none, will do. */
interface KeyShape {
  readonly kty: string;
  readonly crv: readonly string[] | null;
}

const RSA: KeyShape = { kty: 'RSA', crv: null };
const OCT: KeyShape = { kty: 'oct', crv: null };
const AGREEMENT: readonly string[] = ['P-256', 'P-384', 'P-521', 'X25519', 'X448'];

/** RFC 7518 sections 3.1, 4.1 and 5.1, RFC 8037 section 3, RFC 8812 section 3.2, RFC 9864 section 2. */
const SHAPES: ReadonlyMap<string, readonly KeyShape[]> = new Map<string, readonly KeyShape[]>([
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((alg) => [alg, [RSA]] as const),
  ...['RSA1_5', 'RSA-OAEP', 'RSA-OAEP-256', 'RSA-OAEP-384', 'RSA-OAEP-512'].map((alg) => [alg, [RSA]] as const),
  ...['HS256', 'HS384', 'HS512', 'dir', 'A128KW', 'A192KW', 'A256KW'].map((alg) => [alg, [OCT]] as const),
  ...['A128GCMKW', 'A192GCMKW', 'A256GCMKW', 'A128GCM', 'A192GCM', 'A256GCM'].map((alg) => [alg, [OCT]] as const),
  ...['PBES2-HS256+A128KW', 'PBES2-HS384+A192KW', 'PBES2-HS512+A256KW'].map((alg) => [alg, [OCT]] as const),
  ...['A128CBC-HS256', 'A192CBC-HS384', 'A256CBC-HS512'].map((alg) => [alg, [OCT]] as const),
  ['ES256', [{ kty: 'EC', crv: ['P-256'] }]],
  ['ES384', [{ kty: 'EC', crv: ['P-384'] }]],
  ['ES512', [{ kty: 'EC', crv: ['P-521'] }]],
  ['ES256K', [{ kty: 'EC', crv: ['secp256k1'] }]],
  ['EdDSA', [{ kty: 'OKP', crv: ['Ed25519', 'Ed448'] }]],
  ['Ed25519', [{ kty: 'OKP', crv: ['Ed25519'] }]],
  ['Ed448', [{ kty: 'OKP', crv: ['Ed448'] }]],
  ...['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A192KW', 'ECDH-ES+A256KW'].map(
    (alg) => [alg, ['EC', 'OKP'].map((kty) => ({ kty, crv: AGREEMENT }))] as const,
  ),
]);

/** Registered families: an unknown name in one of them is a slip (`ES521`), not an extension. */
const FAMILY = /^(?:RS|PS|ES|HS)\d+$/;

/**
 * Says why a key cannot serve the `alg` it names; null when it can, and for an algorithm that no RFC above registers,
 * because a set may hold keys of kinds still to come (RFC 7517 section 5).
 */
export function describeAlgorithm(alg: string, kty: string, crv: string | null): string | null {
  const shapes = SHAPES.get(alg);
  if (alg === 'none') return 'alg is none, which no key serves';
  if (shapes === undefined) return FAMILY.test(alg) ? `alg ${alg} is not a registered algorithm` : null;
  const fitting = shapes.filter((shape) => shape.kty === kty);
  if (fitting.length === 0)
    return `alg ${alg} needs kty ${shapes.map((shape) => shape.kty).join(' or ')}, this key is ${kty}`;
  if (crv === null || fitting.some((shape) => shape.crv === null || shape.crv.includes(crv))) return null;
  const curves = fitting.flatMap((shape) => shape.crv ?? []);
  return `alg ${alg} needs crv ${curves.join(' or ')}, this key is on ${crv}`;
}
