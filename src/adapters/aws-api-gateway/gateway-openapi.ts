import type { RouteConfig, VerifierConfig } from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { AuthorizerKind } from './settings.ts';
import { verifierOf } from './authorizer.ts';
import { present, routeAt } from './gateway-resources.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, items, members, rootOf } from '../config-node.ts';
import { explicitFact, textFact } from '../facts.ts';
import { part, resourcesOf } from '../infrastructure.ts';

/* OpenAPI descriptions with the extensions of API Gateway: files of their own, or the body of an API resource. */

const EXTENSION = 'x-amazon-apigateway-authorizer';

interface Description {
  readonly root: ConfigNode;
  /** Before the names of its authorizers, where a file may hold several descriptions. */
  readonly prefix: string;
}

const HOLDERS: readonly (readonly [terraform: string | null, cloudFormation: string, member: string])[] = [
  ['aws_apigatewayv2_api', 'AWS::ApiGatewayV2::Api', 'body|Body'],
  ['aws_api_gateway_rest_api', 'AWS::ApiGateway::RestApi', 'body|Body'],
  [null, 'AWS::Serverless::HttpApi', 'DefinitionBody'],
  [null, 'AWS::Serverless::Api', 'DefinitionBody'],
];

function descriptionsOf(document: ConfigDocument): readonly Description[] {
  const root = rootOf(document);
  const inside = HOLDERS.flatMap(([terraform, cloudFormation, member]) =>
    resourcesOf(document, { terraform, cloudFormation }).flatMap(({ id, body }) =>
      present(part(body, member)).map((node) => ({ root: node, prefix: `${id}/` })),
    ),
  );
  return [{ root, prefix: '' }, ...inside].filter(({ root: node }) => schemesOf(node).length > 0);
}

/** Security schemes that are authorizers, by OpenAPI 3 or Swagger 2. */
function schemesOf(root: ConfigNode): readonly (readonly [string, ConfigNode])[] {
  const schemes = child(root, 'components', 'securitySchemes') ?? child(root, 'securityDefinitions');
  return members(schemes).filter(([, scheme]) => child(scheme, EXTENSION) !== null);
}

export function openApiAuthorizersOf(document: ConfigDocument): readonly VerifierConfig[] {
  return descriptionsOf(document).flatMap(({ root, prefix }) =>
    schemesOf(root).flatMap(([id, scheme]) => {
      const kind = kindOf(scheme);
      return kind === null ? [] : [readScheme(document.file, { name: `authorizer ${prefix}${id}`, scheme, kind })];
    }),
  );
}

function kindOf(scheme: ConfigNode): AuthorizerKind | null {
  const extension = child(scheme, EXTENSION);
  const type = knownValue(textFact(child(extension, 'type')))?.toLowerCase();
  if (type === 'jwt') return child(extension, 'jwtConfiguration', 'issuers') === null ? 'http-jwt' : 'rest-jwt';
  if (type === 'cognito_user_pools') return 'cognito';
  if (type !== 'token' && type !== 'request') return null;
  // Only HTTP APIs have versions of what they send to the function.
  return child(extension, 'authorizerPayloadFormatVersion') === null ? 'lambda-rest' : 'lambda-http';
}

interface Scheme {
  readonly name: string;
  readonly scheme: ConfigNode;
  readonly kind: AuthorizerKind;
}

function readScheme(file: string, { name, scheme, kind }: Scheme): VerifierConfig {
  const extension = child(scheme, EXTENSION);
  const jwt = child(extension, 'jwtConfiguration');
  const issuers = kind === 'rest-jwt' ? items(child(jwt, 'issuers')) : present(jwt);
  return verifierOf({
    name,
    file,
    at: scheme.keyAt,
    kind,
    issuers: issuers.flatMap((each) => present(child(each, 'issuer'))),
    audiences: issuers.flatMap((each) => present(child(each, 'audience|audiences'))),
    algorithms: child(jwt, 'defaultAlgorithms'),
    identity: child(extension, 'identitySource'),
    ttl: child(extension, 'authorizerResultTtlInSeconds'),
    pools: child(extension, 'providerARNs'),
    pattern: child(extension, 'identityValidationExpression'),
  });
}

const METHODS = new Set(['get', 'put', 'post', 'delete', 'patch', 'head', 'x-amazon-apigateway-any-method']);

/** Operations, with the security of their own or of the whole description. */
export function openApiRoutesOf(document: ConfigDocument): readonly RouteConfig[] {
  return descriptionsOf(document).flatMap((description) =>
    members(child(description.root, 'paths')).flatMap(([path, operations]) =>
      members(operations)
        .filter(([method]) => METHODS.has(method))
        .map(([method, operation]) => readOperation(document.file, description, { path, method, operation })),
    ),
  );
}

interface Operation {
  readonly path: string;
  readonly method: string;
  readonly operation: ConfigNode;
}

function readOperation(
  file: string,
  { root, prefix }: Description,
  { path, method, operation }: Operation,
): RouteConfig {
  const security = child(operation, 'security') ?? child(root, 'security');
  const alternatives = items(security).map((each) => members(each).map(([name]) => name));
  const authorizers = new Set(schemesOf(root).map(([name]) => name));
  // An empty alternative lets everybody in (OpenAPI 3.1 section 4.8.1).
  const isGuarded =
    alternatives.length > 0 && alternatives.every((names) => names.some((name) => authorizers.has(name)));
  const isOptional = !isGuarded && alternatives.some((names) => names.some((name) => authorizers.has(name)));
  return routeAt({
    name: `operation ${prefix}${method === 'x-amazon-apigateway-any-method' ? 'any' : method} ${path}`,
    file,
    node: { ...operation, at: operation.keyAt, keyAt: operation.keyAt },
    paths: explicitFact([path], operation.keyAt),
    methods: method.startsWith('x-') ? undefined : explicitFact([method.toUpperCase()], operation.keyAt),
    requirement:
      security === null
        ? undefined
        : explicitFact(isGuarded ? 'required' : isOptional ? 'optional' : 'none', security.keyAt),
    verifiers: [...new Set(alternatives.flat())]
      .filter((name) => authorizers.has(name))
      .map((name) => `authorizer ${prefix}${name}`),
  });
}
