import type { ClientConfig, ConfigSubject, RouteConfig } from '../../model/config.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { ConfigNode } from '../config-node.ts';
import { child } from '../config-node.ts';
import { completeFacts, explicitFact, unknownConfigFact } from '../facts.ts';
import { settings } from './settings.ts';
import type { Directive } from './tree.ts';
import { everyDirective, inherited, isFilledIn, isOn, labelOf, mayBeOff, named, outwards, switchOf } from './tree.ts';
import { secretsOf } from '../secret.ts';

const ADAPTER = 'nginx-auth-jwt';

/** Locations that clients can ask for, in servers that ask for a token somewhere. */
export function routesOf(root: Directive): readonly Directive[] {
  const servers = [...everyDirective(root)].filter(({ name }) => name === 'server');
  return (servers.length === 0 ? [root] : servers)
    .filter((server) => [...everyDirective(server)].some((block) => isOn(switchOf(block) ?? block)))
    .flatMap((server) => [...everyDirective(server)])
    .filter(({ name, words, block }) => name === 'location' && block !== null && !(words[0] ?? '').startsWith('@'))
    .filter((location) => named(location, 'internal').length === 0);
}

const OTHER_GUARDS = ['auth_basic', 'auth_request', 'auth_oidc', 'access_by_lua_block', 'access_by_lua_file', 'deny'];

export function readRoute(document: ConfigDocument, location: Directive, guards: ReadonlySet<Directive>): RouteConfig {
  const authJwt = switchOf(location);
  const guard =
    authJwt !== null && isOn(authJwt) ? [...outwards(location)].find((each) => guards.has(each)) : undefined;
  const path = location.words.join(' ');
  return {
    kind: 'route',
    adapter: ADAPTER,
    name: labelOf(location),
    file: document.file,
    at: location.at,
    profile: null,
    secrets: [],
    remarks: [],
    verifiers: guard === undefined ? [] : [labelOf(guard)],
    facts: completeFacts<RouteConfig['facts']>(
      settings,
      'route',
      {
        paths: isFilledIn(path.replace(/\$$/, ''))
          ? unknownConfigFact(location.at, 'it is filled in elsewhere')
          : explicitFact([path.replace(/^(?:=|\^~) /, '')], location.at),
        requirement: requirementOf(location, authJwt),
      },
      location.at,
    ),
  };
}

function requirementOf(location: Directive, authJwt: Directive | null): RouteConfig['facts']['requirement'] {
  if (authJwt !== null && isOn(authJwt)) {
    return mayBeOff(authJwt)
      ? unknownConfigFact(authJwt.at, 'a variable may turn it off')
      : explicitFact('required', authJwt.at);
  }
  const other = OTHER_GUARDS.flatMap((name) => inherited(location, name)).find(({ words }) => words[0] !== 'off');
  if (other !== undefined) return unknownConfigFact(other.at, `${other.name} guards it`);
  if (authJwt !== null) return explicitFact('none', authJwt.at);
  return [...outwards(location)].some(({ name }) => name === 'server')
    ? undefined
    : unknownConfigFact(location.at, 'it may be set where this file is included');
}

/** `set` and `map` entries that give a variable of the OpenID Connect reference its value. */
export function clientDirectives(root: Directive, variable: string): readonly Directive[] {
  return [...everyDirective(root)].flatMap((directive) => {
    if (directive.name === 'set' && directive.words[0] === variable) return [directive];
    return directive.name === 'map' && directive.words[1] === variable ? (directive.block ?? []) : [];
  });
}

/** What a variable is set to, where it is a text and not another variable. */
function valuesOf(root: Directive, variable: string): readonly (ConfigNode | null)[] {
  return clientDirectives(root, variable)
    .filter(({ words }) => !isFilledIn(words.at(-1) ?? ''))
    .map(({ node, words }) => child(node, 'words', words.length));
}

/** @see https://github.com/nginxinc/nginx-openid-connect: openid_connect_configuration.conf, frontend.conf */
export function readClient({ file }: ConfigDocument, root: Directive): readonly ConfigSubject[] {
  const secrets = [
    ...valuesOf(root, '$oidc_client_secret').flatMap((value) => secretsOf(value, 'client')),
    ...valuesOf(root, '$oidc_hmac_key').flatMap((value) => secretsOf(value, 'cookie')),
  ];
  const [id, ...others] = clientDirectives(root, '$oidc_client');
  if (id === undefined) return [];
  const text = id.words.at(-1) ?? '';
  const client: ClientConfig = {
    kind: 'client',
    adapter: ADAPTER,
    name: 'openid connect',
    file,
    at: id.at,
    profile: null,
    issuer: null,
    secrets,
    remarks: [],
    facts: {
      clientId:
        others.length > 0 || isFilledIn(text)
          ? unknownConfigFact(id.at, 'it depends on the request')
          : explicitFact(text, id.at),
    },
  };
  return [client];
}
