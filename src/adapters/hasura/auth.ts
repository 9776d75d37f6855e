import type { ConfigSecret, IssuerConfig, IssuerFactMap } from '../../model/config.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { Setting } from '../adapter.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, isMapping, items, rootOf } from '../config-node.ts';
import { containersOf } from '../containers.ts';
import { completeFacts, durationFact, mapFact, textFact, unknownConfigFact } from '../facts.ts';
import { hmacOf, isAuthService, parsed } from './engine.ts';
import { secretsOf } from '../secret.ts';

/** The Auth service of an Nhost project, or of a container beside the engine. */
export function readAuthServices(document: ConfigDocument, table: readonly Setting[]): readonly IssuerConfig[] {
  if (document.format === 'toml') return ofNhost(rootOf(document), table);
  return containersOf(document)
    .filter(isAuthService)
    .map(({ name, node, image, environment }) =>
      readService(
        {
          name,
          node,
          secret: firstOf(environment.get('HASURA_GRAPHQL_JWT_SECRET')),
          access: environment.get('AUTH_ACCESS_TOKEN_EXPIRES_IN') ?? null,
          refresh: environment.get('AUTH_REFRESH_TOKEN_EXPIRES_IN') ?? null,
          isWhole: image !== null,
        },
        table,
      ),
    );
}

interface Service {
  readonly name: string;
  readonly node: ConfigNode;
  /** What it signs with. */
  readonly secret: ConfigNode | null;
  readonly access: ConfigNode | null;
  readonly refresh: ConfigNode | null;
  readonly isWhole: boolean;
}

function ofNhost(root: ConfigNode, table: readonly Setting[]): readonly IssuerConfig[] {
  const auth = child(root, 'auth');
  const [secret] = items(child(root, 'hasura', 'jwtSecrets'));
  if (auth === null || secret === undefined) return [];
  const session = child(auth, 'session');
  return [
    readService(
      {
        name: 'auth',
        node: auth,
        secret,
        access: child(session, 'accessToken', 'expiresIn'),
        refresh: child(session, 'refreshToken', 'expiresIn'),
        isWhole: true,
      },
      table,
    ),
  ];
}

function readService(
  { name, node, secret, access, refresh, isWhole }: Service,
  table: readonly Setting[],
): IssuerConfig {
  const at = node.at;
  const elsewhere = isWhole ? undefined : unknownConfigFact(at, 'other settings may be set where it is started');
  const type = textFact(child(secret, 'type'));
  return {
    kind: 'issuer',
    adapter: 'hasura',
    name,
    file: node.document.file,
    at,
    profile: null,
    product: null,
    secrets: secret === null ? [] : [...signingKeys(secret), ...hmacOf(secret)],
    remarks: [],
    inlineKeys: [],
    facts: completeFacts<IssuerFactMap>(
      table,
      'issuer',
      {
        issuer:
          textFact(child(secret, 'issuer')) ??
          (isMapping(secret?.value) ? undefined : unknownConfigFact(at, 'its JWT secret may name one')),
        accessTokenLifetime: durationFact(access, 's') ?? elsewhere,
        refreshTokenIdle: durationFact(refresh, 's') ?? elsewhere,
        signingAlgorithms: mapFact(type, (algorithm) => [algorithm]),
      },
      at,
    ),
  };
}

function signingKeys(secret: ConfigNode): readonly ConfigSecret[] {
  return secretsOf(child(secret, 'signingKey|signing_key'), 'private-key');
}

function firstOf(node: ConfigNode | undefined): ConfigNode | null {
  return node === undefined ? null : (parsed(node)[0] ?? null);
}
