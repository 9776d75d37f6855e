import type { ConfigRemark, ConfigSubject, VerifierConfig, VerifierFactMap } from '../../model/config.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { Adapter } from '../adapter.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, items, members, rootOf } from '../config-node.ts';
import { completeFacts, derivedFact, explicitFact, listFact, mapFact, textFact, unknownConfigFact } from '../facts.ts';
import type { GcpRoute } from './routes.ts';
import { readOperations, readServiceRules } from './routes.ts';
import { settings } from './settings.ts';

/** Reads API descriptions for the gateways of Google Cloud. */
export const adapter: Adapter = {
  id: 'gcp-openapi',
  title: 'Google Cloud API Gateway and Cloud Endpoints',
  role: 'gateway',
  reads:
    'OpenAPI 2 with `x-google-issuer` in its security definitions, OpenAPI 3 with `x-google-auth` in its security schemes, and service configurations (`type: google.api.Service`) with `authentication.providers`. Every operation becomes a route.',
  assumes: [
    'Flags of an ESPv2 that you run, such as --jwt_cache_size, are not in these files: the defaults are taken.',
    'API keys are not looked at; they identify a project and no caller.',
  ],
  sources: [
    'https://docs.cloud.google.com/api-gateway/docs/authenticating-users-jwt',
    'https://docs.cloud.google.com/endpoints/docs/openapi/openapi-extensions',
    'https://docs.cloud.google.com/endpoints/docs/openapi/oasv3-extensions',
    'https://github.com/GoogleCloudPlatform/esp-v2',
  ],
  settings,
  examples: [
    {
      file: 'openapi.yaml',
      text: `swagger: '2.0'
info: { title: orders, version: 1.0.0 }
host: orders.example.com
securityDefinitions:
  login:
    type: oauth2
    flow: implicit
    authorizationUrl: ''
    x-google-issuer: https://id.example.com
    x-google-jwks_uri: https://id.example.com/jwks.json
    x-google-audiences: orders
security: [{ login: [] }]
paths:
  /orders:
    get: { operationId: list, responses: { '200': { description: ok } } }
`,
    },
  ],
  mayHold: (_file, text) =>
    /x-google-(?:issuer|jwks_uri|auth)\b/.test(text) ||
    (text.includes('google.api.Service') && text.includes('providers')),
  recognise: (document) => definitionsOf(document).length > 0,
  read(document) {
    const definitions = definitionsOf(document);
    const authentication = serviceAuthentication(document);
    const tokens = new Set(definitions.map(({ id }) => id));
    const routes = authentication === null ? readOperations(document, tokens) : readServiceRules(authentication);
    const names = new Map(definitions.map(({ id, name }) => [id, name]));
    return [
      ...definitions.map((definition) => readDefinition(definition, routes)),
      ...routes.map(({ route, definitions: asked }): ConfigSubject => ({
        ...route,
        verifiers: asked.flatMap((id) => names.get(id) ?? []),
      })),
    ];
  },
};

/** A way to sign in with tokens, in the words of OpenAPI 2, of OpenAPI 3, or of a service configuration. */
interface Definition {
  readonly id: string;
  readonly name: string;
  readonly node: ConfigNode;
  readonly issuer: ConfigNode | null;
  readonly jwksUri: ConfigNode | null;
  readonly audiences: ConfigNode | null;
  readonly locations: ConfigNode | null;
}

function definitionsOf(document: ConfigDocument): readonly Definition[] {
  const root = rootOf(document);
  const authentication = serviceAuthentication(document);
  if (authentication !== null) return items(child(authentication, 'providers')).map(providerOf);
  if (child(root, 'swagger') !== null) {
    return members(child(root, 'securityDefinitions')).flatMap(([id, node]) =>
      child(node, 'x-google-issuer') === null && child(node, 'x-google-jwks_uri') === null
        ? []
        : [
            {
              id,
              name: `definition ${id}`,
              node,
              issuer: child(node, 'x-google-issuer'),
              jwksUri: child(node, 'x-google-jwks_uri'),
              audiences: child(node, 'x-google-audiences'),
              locations: child(node, 'x-google-jwt-locations'),
            },
          ],
    );
  }
  if (child(root, 'openapi') === null) return [];
  return members(child(root, 'components', 'securitySchemes')).flatMap(([id, node]) => {
    const auth = child(node, 'x-google-auth');
    return auth === null ? [] : [{ ...fieldsOf(auth), id, name: `scheme ${id}`, node }];
  });
}

function serviceAuthentication(document: ConfigDocument): ConfigNode | null {
  const root = rootOf(document);
  const authentication = child(root, 'authentication');
  return child(root, 'type')?.value === 'google.api.Service' && items(child(authentication, 'providers')).length > 0
    ? authentication
    : null;
}

function providerOf(node: ConfigNode, index: number): Definition {
  const id = textFact(child(node, 'id'));
  const shown = id !== undefined && id.origin !== 'unknown' ? id.value : `number ${index + 1}`;
  return { ...fieldsOf(node), id: shown, name: `provider ${shown}`, node };
}

function fieldsOf(node: ConfigNode): Pick<Definition, 'issuer' | 'jwksUri' | 'audiences' | 'locations'> {
  return {
    issuer: child(node, 'issuer'),
    jwksUri: child(node, 'jwksUri|jwks_uri'),
    audiences: child(node, 'audiences'),
    locations: child(node, 'jwtLocations|jwt_locations'),
  };
}

function readDefinition(definition: Definition, routes: readonly GcpRoute[]): VerifierConfig {
  const { id, name, node, issuer, jwksUri } = definition;
  const uses = routes.filter(({ definitions }) => definitions.includes(id));
  const open = uses.find(({ missing }) => missing !== null)?.missing ?? null;
  const iss = textFact(issuer);
  return {
    kind: 'verifier',
    adapter: 'gcp-openapi',
    name,
    file: node.document.file,
    at: node.keyAt,
    profile: null,
    product: { id: 'gcp-api-gateway', version: null },
    secrets: [],
    remarks: remarksOf(definition, uses.length > 0),
    inlineKeys: [],
    facts: completeFacts<VerifierFactMap>(
      settings,
      'verifier',
      {
        issuers: mapFact(iss, (text) => [text]),
        audiences: audiencesOf(definition),
        keySource:
          jwksUri === null
            ? derivedFact('discovery', node.keyAt, 'no address of a key set is written')
            : explicitFact('jwks', jwksUri.keyAt),
        jwksUri: textFact(jwksUri),
        discoveryUrl: jwksUri === null ? discoveryOf(iss) : undefined,
        queryTokenAccepted: queryTokens(definition.locations),
        missingTokenAllowed:
          uses.length === 0
            ? undefined
            : open === null
              ? explicitFact(false, node.keyAt, 'every operation with it requires a token')
              : explicitFact(true, open.at),
      },
      node.keyAt,
    ),
  };
}

/** What is demanded when no audience is written: the name of the service, as far as the file holds it. */
function audiencesOf({ audiences, node }: Definition): VerifierFactMap['audiences'] | undefined {
  const written = listFact(audiences, /,/);
  if (written !== undefined && (written.origin === 'unknown' || written.value.length > 0)) return written;
  const root = rootOf(node.document);
  const host = child(root, 'host') ?? (child(root, 'type') === null ? null : child(root, 'name'));
  const service = textFact(host);
  return service === undefined || service.origin === 'unknown'
    ? unknownConfigFact(node.keyAt, 'it is the name of the service, which is not in the file')
    : derivedFact([`https://${service.value}`], service.at, 'the name of the service, as no audience is written');
}

function discoveryOf(issuer: ReturnType<typeof textFact>): VerifierFactMap['discoveryUrl'] | undefined {
  if (issuer === undefined || issuer.origin === 'unknown') return issuer;
  // For the address of a service account Google knows the keys itself.
  if (!issuer.value.startsWith('http')) return undefined;
  return derivedFact(
    `${issuer.value.replace(/\/$/, '')}/.well-known/openid-configuration`,
    issuer.at,
    'of the issuer, as no address of a key set is written',
  );
}

function queryTokens(locations: ConfigNode | null): VerifierFactMap['queryTokenAccepted'] {
  if (locations === null) return undefined;
  const query = items(locations).find((location) => child(location, 'query') !== null);
  return query === undefined
    ? derivedFact(false, locations.keyAt, 'only the locations that are written')
    : explicitFact(true, query.at);
}

const KNOWN = new Set([
  'x-google-issuer',
  'x-google-jwks_uri',
  'x-google-audiences',
  'x-google-jwt-locations',
  'x-google-auth',
]);

function remarksOf({ node, name }: Definition, isUsed: boolean): readonly ConfigRemark[] {
  const remarks: ConfigRemark[] = members(node)
    .filter(([key]) => key.startsWith('x-google-') && !KNOWN.has(key))
    .map(([key, member]) => ({
      kind: 'unknown-setting',
      message: `a security definition has no extension "${key}"; the gateway passes over it`,
      at: member.keyAt,
    }));
  if (!isUsed) {
    remarks.push({
      kind: 'ignored-setting',
      message: `nothing asks for ${name}, so no token is verified with it`,
      at: node.keyAt,
    });
  }
  return remarks;
}
