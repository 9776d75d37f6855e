import type { ConfigFact, RouteConfig, VerifierConfig } from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { ConfigNode } from '../config-node.ts';
import { child, items, rootOf } from '../config-node.ts';
import { explicitFact, listFact, mapFact, textFact, unknownConfigFact } from '../facts.ts';
import { JWT_VERIFIER, readJwt } from './verifiers.ts';

const ID = 'ory-oathkeeper';

/** Access rules of a document: a list of them, one as a Kubernetes resource, or those in values of the Helm chart. */
export function rulesOf(document: ConfigDocument): readonly ConfigNode[] {
  const root = rootOf(document);
  const isResource =
    child(root, 'kind')?.value === 'Rule' && String(child(root, 'apiVersion')?.value).startsWith('oathkeeper.ory.sh/');
  const candidates = isResource ? [child(root, 'spec')] : items(root);
  return candidates
    .filter((node) => node !== null)
    .filter(
      (rule) =>
        child(rule, 'match', 'url') !== null &&
        items(child(rule, 'authenticators')).some((authenticator) => child(authenticator, 'handler') !== null),
    );
}

/** The route of a rule, and a verifier where the rule has settings of its own. */
export function readRule(
  document: ConfigDocument,
  rule: ConfigNode,
  index: number,
): readonly (RouteConfig | VerifierConfig)[] {
  const id = textFact(child(rule, 'id') ?? child(rootOf(document), 'metadata', 'name'));
  const name = `rule ${knownValue(id) ?? index}`;
  const authenticators = items(child(rule, 'authenticators'));
  const own = authenticators.filter(
    (each) => child(each, 'handler')?.value === 'jwt' && OVERRIDES.some((key) => child(each, 'config', key) !== null),
  );
  const verifiers = own.map((each) => readJwt(each, `${name} jwt`, false));
  const names = authenticators.map((each) => String(child(each, 'handler')?.value));
  const shared = names.filter((handler) => handler === 'jwt' || handler === 'oauth2_introspection');
  const url = textFact(child(rule, 'match', 'url'));
  const methods = listFact(child(rule, 'match', 'methods'));
  const paths = mapFact(url, (text) => [pathOf(text)]);
  const route: RouteConfig = {
    kind: 'route',
    adapter: ID,
    name,
    file: document.file,
    at: rule.at,
    profile: null,
    secrets: [],
    remarks: [],
    verifiers: [
      ...verifiers.map((verifier) => verifier.name),
      ...shared.filter((handler) => handler !== 'jwt' || own.length === 0).map(verifierName),
    ],
    facts: {
      ...(paths === undefined ? {} : { paths }),
      ...(methods === undefined ? {} : { methods }),
      requirement: requirementOf(rule, names),
    },
  };
  return [...verifiers, route];
}

const OVERRIDES = ['jwks_urls', 'trusted_issuers', 'target_audience', 'allowed_algorithms', 'jwks_ttl'] as const;

function verifierName(handler: string): string {
  return handler === 'jwt' ? JWT_VERIFIER : `authenticator ${handler}`;
}

/** `<https|http>://example.com/orders/<.*>` is for `/orders/<.*>`. */
function pathOf(url: string): string {
  const path = url.replace(/^(?:<[^>]*>|[a-z]+):\/\/(?:<[^>]*>|[^/<])*/i, '');
  return path === '' ? '/' : path;
}

/**
 * Authenticators are asked in their order until one feels responsible: `noop` always does, `anonymous` where there is no
 * Authorization header.
 */
function requirementOf(rule: ConfigNode, handlers: readonly string[]): ConfigFact<'required' | 'optional' | 'none'> {
  const node = child(rule, 'authenticators') ?? rule;
  if (handlers.some((handler) => !/^[a-z\d_]+$/.test(handler))) {
    return unknownConfigFact(node.at, 'a handler is filled in elsewhere');
  }
  const isOpen = (handler: string): boolean => handler === 'noop' || handler === 'anonymous';
  if (!handlers.some(isOpen)) return explicitFact('required', node.at);
  const authorizer = child(rule, 'authorizer', 'handler')?.value;
  if (authorizer !== 'allow' && authorizer !== undefined) {
    return unknownConfigFact(node.at, 'the authorizer may refuse whoever has no token');
  }
  return explicitFact(handlers[0] === 'noop' || handlers.every(isOpen) ? 'none' : 'optional', node.at);
}
