import type { RouteConfig, RouteFactMap, VerifierConfig } from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import { verifierOf } from './authorizer.ts';
import { present, requirementOf, routeAt } from './gateway-resources.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, members, rootOf } from '../config-node.ts';
import { explicitFact, mapFact, textFact } from '../facts.ts';
import { referencesIn, resourcesOf } from '../infrastructure.ts';

/* APIs of SAM, which hold their authorizers, and the events of functions, which are their routes. */

type ApiKind = 'HttpApi' | 'Api';

interface SamApi {
  /** Logical id; the id that SAM gives the API that nobody declares. */
  readonly id: string;
  readonly kind: ApiKind;
  readonly auth: ConfigNode | null;
}

const IMPLICIT: Readonly<Record<ApiKind, string>> = { HttpApi: 'ServerlessHttpApi', Api: 'ServerlessRestApi' };
const KINDS: readonly ApiKind[] = ['HttpApi', 'Api'];

function apisOf(document: ConfigDocument): readonly SamApi[] {
  return KINDS.flatMap((kind) => {
    const shared = child(rootOf(document), 'Globals', kind, 'Auth');
    const type = { terraform: null, cloudFormation: `AWS::Serverless::${kind}` };
    const declared = resourcesOf(document, type).map(({ id, body }) => ({
      id,
      kind,
      auth: child(body, 'Auth') ?? shared,
    }));
    return [...declared, { id: IMPLICIT[kind], kind, auth: declared.length === 0 ? shared : null }];
  });
}

/** Authorizers of all APIs; one that several share by `Globals` counts once. */
export function samAuthorizersOf(document: ConfigDocument): readonly VerifierConfig[] {
  return apisOf(document).flatMap((api) =>
    members(child(api.auth, 'Authorizers')).flatMap(([id, node]) => readAuthorizer(document.file, { api, id, node })),
  );
}

interface Authorizer {
  readonly api: SamApi;
  readonly id: string;
  readonly node: ConfigNode;
}

function readAuthorizer(file: string, { api, id, node }: Authorizer): readonly VerifierConfig[] {
  const common = { name: nameOf(api, id), file, at: node.keyAt };
  const jwt = child(node, 'JwtConfiguration');
  if (jwt !== null && api.kind === 'HttpApi') {
    return [
      verifierOf({
        ...common,
        kind: 'http-jwt',
        issuers: present(child(jwt, 'issuer|Issuer')),
        audiences: present(child(jwt, 'audience|Audience')),
        identity: child(node, 'IdentitySource'),
      }),
    ];
  }
  const ttl = child(node, 'Identity', 'ReauthorizeEvery');
  if (child(node, 'UserPoolArn') !== null) {
    const pattern = child(node, 'Identity', 'ValidationExpression');
    return [verifierOf({ ...common, kind: 'cognito', pools: child(node, 'UserPoolArn'), pattern, ttl })];
  }
  if (child(node, 'FunctionArn') === null) return [];
  return [verifierOf({ ...common, kind: api.kind === 'Api' ? 'lambda-rest' : 'lambda-http', ttl })];
}

function nameOf({ id: api }: SamApi, id: string): string {
  return `authorizer ${api}/${id}`;
}

/** Routes: events of functions that are requests to an API with authorizers. */
export function samRoutesOf(document: ConfigDocument): readonly RouteConfig[] {
  const apis = apisOf(document);
  const type = { terraform: null, cloudFormation: 'AWS::Serverless::Function' };
  return resourcesOf(document, type).flatMap(({ id, body }) =>
    members(child(body, 'Events')).flatMap(([event, node]) =>
      readEvent(document.file, apis, { name: `${id}/${event}`, node }),
    ),
  );
}

function readEvent(
  file: string,
  apis: readonly SamApi[],
  { name, node }: { readonly name: string; readonly node: ConfigNode },
): readonly RouteConfig[] {
  const kind = KINDS.find((each) => each === child(node, 'Type')?.value);
  const event = child(node, 'Properties');
  if (kind === undefined) return [];
  const target = child(event, 'ApiId|RestApiId');
  const [id] = target === null ? [IMPLICIT[kind]] : referencesIn(target, '');
  const api = apis.find((each) => each.kind === kind && each.id === id);
  const method = textFact(child(event, 'Method'));
  // An API of another template may have a default authorizer; a preflight request carries no token.
  if (api === undefined || knownValue(method)?.toUpperCase() === 'OPTIONS') return [];
  const { requirement, verifiers } = guardOf(api, child(event, 'Auth', 'Authorizer'));
  const path = textFact(child(event, 'Path'));
  const isAny = method === undefined || /^(?:any|\*)$/i.test(knownValue(method) ?? '');
  return [
    routeAt({
      name: `event ${name}`,
      file,
      node,
      paths: path === undefined ? explicitFact(['*'], node.at) : mapFact(path, (text) => [text]),
      methods: isAny ? undefined : mapFact(method, (word) => [word.toUpperCase()]),
      requirement,
      verifiers,
    }),
  ];
}

interface Guard {
  readonly requirement: RouteFactMap['requirement'] | undefined;
  readonly verifiers: readonly string[];
}

/** The authorizer that the event names, else the default one of its API. */
function guardOf(api: SamApi, own: ConfigNode | null): Guard {
  const node = own ?? child(api.auth, 'DefaultAuthorizer');
  const requirement = requirementOf(node);
  const name = knownValue(textFact(node));
  const isDeclared = name !== undefined && child(api.auth, 'Authorizers', name) !== null;
  return { requirement, verifiers: isDeclared ? [nameOf(api, name)] : [] };
}
