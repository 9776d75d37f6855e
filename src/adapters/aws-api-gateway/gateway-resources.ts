import type { RouteConfig, RouteFactMap, VerifierConfig } from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import { MASK } from '../../source/placeholder.ts';
import type { AuthorizerKind } from './settings.ts';
import { ROUTES } from './settings.ts';
import { verifierOf } from './authorizer.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, items } from '../config-node.ts';
import { completeFacts, explicitFact, mapFact, textFact, unknownConfigFact } from '../facts.ts';
import type { Resource, ResourceType } from '../infrastructure.ts';
import { blocks, part, referencesIn, resourcesOf } from '../infrastructure.ts';

/* Authorizers and routes that are resources of their own, in Terraform and CloudFormation. */

const HTTP_AUTHORIZER: ResourceType = {
  terraform: 'aws_apigatewayv2_authorizer',
  cloudFormation: 'AWS::ApiGatewayV2::Authorizer',
};
const REST_AUTHORIZER: ResourceType = {
  terraform: 'aws_api_gateway_authorizer',
  cloudFormation: 'AWS::ApiGateway::Authorizer',
};
const ROUTE: ResourceType = { terraform: 'aws_apigatewayv2_route', cloudFormation: 'AWS::ApiGatewayV2::Route' };
const METHOD: ResourceType = { terraform: 'aws_api_gateway_method', cloudFormation: 'AWS::ApiGateway::Method' };
const PATH: ResourceType = { terraform: 'aws_api_gateway_resource', cloudFormation: 'AWS::ApiGateway::Resource' };

export function authorizersOf(document: ConfigDocument): readonly VerifierConfig[] {
  return [
    ...resourcesOf(document, HTTP_AUTHORIZER).flatMap((resource) => readHttpAuthorizer(document.file, resource)),
    ...resourcesOf(document, REST_AUTHORIZER).flatMap((resource) => readRestAuthorizer(document.file, resource)),
  ];
}

function readHttpAuthorizer(file: string, { id, body, node }: Resource): readonly VerifierConfig[] {
  const type = knownValue(textFact(part(body, 'authorizer_type|AuthorizerType')))?.toUpperCase();
  const common = {
    name: `authorizer ${id}`,
    file,
    at: node.at,
    ttl: part(body, 'authorizer_result_ttl_in_seconds|AuthorizerResultTtlInSeconds'),
  };
  if (type === 'REQUEST') return [verifierOf({ ...common, kind: 'lambda-http' })];
  if (type !== 'JWT') return [];
  const jwt = part(body, 'jwt_configuration|JwtConfiguration');
  return [
    verifierOf({
      ...common,
      kind: 'http-jwt',
      issuers: present(child(jwt, 'issuer|Issuer')),
      audiences: present(child(jwt, 'audience|Audience')),
      identity: part(body, 'identity_sources|IdentitySource'),
    }),
  ];
}

const REST_KINDS: Readonly<Record<string, AuthorizerKind>> = {
  TOKEN: 'lambda-rest',
  REQUEST: 'lambda-rest',
  COGNITO_USER_POOLS: 'cognito',
  JWT: 'rest-jwt',
};

function readRestAuthorizer(file: string, { id, body, node, language }: Resource): readonly VerifierConfig[] {
  const type = textFact(part(body, 'type|Type'));
  // Terraform takes TOKEN when there is none; CloudFormation requires it.
  const word = type === undefined && language === 'terraform' ? 'TOKEN' : knownValue(type)?.toUpperCase();
  const kind = word === undefined ? undefined : REST_KINDS[word];
  if (kind === undefined) return [];
  const jwt = part(body, 'jwt_configuration|JwtConfiguration');
  const issuers = blocks(child(jwt, 'issuers|Issuers|issuer'));
  return [
    verifierOf({
      name: `authorizer ${id}`,
      file,
      at: node.at,
      kind,
      issuers: issuers.flatMap((each) => present(child(each, 'issuer|Issuer'))),
      audiences: issuers.flatMap((each) => present(child(each, 'audiences|Audiences'))),
      algorithms: child(jwt, 'default_algorithms|DefaultAlgorithms'),
      ttl: part(body, 'authorizer_result_ttl_in_seconds|AuthorizerResultTtlInSeconds'),
      pools: part(body, 'provider_arns|ProviderARNs'),
      pattern: part(body, 'identity_validation_expression|IdentityValidationExpression'),
    }),
  ];
}

export function present(node: ConfigNode | null): readonly ConfigNode[] {
  return node === null ? [] : [node];
}

export function routesOf(document: ConfigDocument): readonly RouteConfig[] {
  return [
    ...resourcesOf(document, ROUTE).flatMap((resource) => readRoute(document.file, resource)),
    ...methodsOf(document),
  ];
}

function methodsOf(document: ConfigDocument): readonly RouteConfig[] {
  const methods = resourcesOf(document, METHOD);
  if (methods.length === 0) return [];
  const paths: Paths = new Map(resourcesOf(document, PATH).map((resource) => [resource.id, resource.body]));
  return methods.flatMap((resource) => readMethod(document.file, resource, paths));
}

/** Bodies of the resources that a path is made of, by their names. */
type Paths = ReadonlyMap<string, ConfigNode>;

function readRoute(file: string, { id, body, node }: Resource): readonly RouteConfig[] {
  const key = textFact(part(body, 'route_key|RouteKey'));
  const [method, path] = splitKey(knownValue(key));
  // Keys of WebSocket APIs begin with a dollar sign too, but none of them is called $default alone.
  if (method === 'OPTIONS' || (path === undefined && knownValue(key) !== undefined)) return [];
  return [
    routeAt({
      name: `route ${id}`,
      file,
      node,
      paths: mapFact(key, () => [path ?? '']),
      methods: method === undefined || method === 'ANY' ? undefined : mapFact(key, () => [method]),
      requirement: requirementOf(part(body, 'authorization_type|AuthorizationType')),
      verifiers: verifiersIn(part(body, 'authorizer_id|AuthorizerId'), 'aws_apigatewayv2_authorizer'),
    }),
  ];
}

function splitKey(key: string | undefined): readonly [method: string | undefined, path: string | undefined] {
  if (key === '$default') return [undefined, '*'];
  const [, method, path] = /^([A-Z]+) (\/.*)$/.exec(key ?? '') ?? [];
  return [method, path];
}

function readMethod(file: string, { id, body, node }: Resource, resources: Paths): readonly RouteConfig[] {
  const method = textFact(part(body, 'http_method|HttpMethod'));
  // A preflight request carries no token (Fetch standard, CORS-preflight).
  if (knownValue(method) === 'OPTIONS') return [];
  const path = pathOf(resources, part(body, 'resource_id|ResourceId'), 0);
  return [
    routeAt({
      name: `method ${id}`,
      file,
      node,
      paths: path === null ? unknownConfigFact(node.at, 'its path stands elsewhere') : explicitFact([path], node.at),
      methods: knownValue(method) === 'ANY' ? undefined : mapFact(method, (word) => [word]),
      requirement: requirementOf(part(body, 'authorization|AuthorizationType')),
      verifiers: verifiersIn(part(body, 'authorizer_id|AuthorizerId'), 'aws_api_gateway_authorizer'),
    }),
  ];
}

/** Deeper than any address has segments; a circle of resources ends there too. */
const MAX_SEGMENTS = 32;

/** The path of a resource of a REST API, from its parents; null when one stands in another file. */
function pathOf(resources: Paths, node: ConfigNode | null, depth: number): string | null {
  if (node === null || depth > MAX_SEGMENTS) return null;
  if (isRoot(node)) return '/';
  const [id] = referencesIn(node, 'aws_api_gateway_resource');
  const body = id === undefined ? undefined : resources.get(id);
  if (body === undefined) return null;
  const segment = knownValue(textFact(part(body, 'path_part|PathPart')));
  const above = pathOf(resources, part(body, 'parent_id|ParentId'), depth + 1);
  return segment === undefined || above === null ? null : `${above === '/' ? '' : above}/${segment}`;
}

function isRoot(node: ConfigNode): boolean {
  if (typeof node.value === 'string') return node.value.includes(MASK) && /\.root_resource_id\b/.test(node.value);
  const attribute = child(node, 'Fn::GetAtt');
  const last =
    typeof attribute?.value === 'string' ? attribute.value.split('.').at(-1) : items(attribute).at(-1)?.value;
  return last === 'RootResourceId';
}

function verifiersIn(node: ConfigNode | null, type: string): readonly string[] {
  return referencesIn(node, type).map((id) => `authorizer ${id}`);
}

/** A signature of IAM is a credential of another kind: whether a token is asked for is then not said. */
export function requirementOf(node: ConfigNode | null): RouteFactMap['requirement'] {
  const type = textFact(node);
  if (type === undefined || type.origin === 'unknown') return type;
  const word = type.value.toUpperCase();
  if (word === 'AWS_IAM') return unknownConfigFact(type.at, 'it asks for a signature of IAM');
  return explicitFact(word === 'NONE' ? 'none' : 'required', type.at);
}

interface RouteParts {
  readonly name: string;
  readonly file: string;
  readonly node: ConfigNode;
  readonly paths: RouteFactMap['paths'] | undefined;
  readonly methods: RouteFactMap['methods'] | undefined;
  readonly requirement: RouteFactMap['requirement'] | undefined;
  readonly verifiers: readonly string[];
}

export function routeAt({ name, file, node, verifiers, ...facts }: RouteParts): RouteConfig {
  return {
    kind: 'route',
    adapter: 'aws-api-gateway',
    name,
    file,
    at: node.at,
    profile: null,
    secrets: [],
    remarks: [],
    verifiers,
    facts: completeFacts<RouteFactMap>(ROUTES, 'route', facts, node.at),
  };
}
