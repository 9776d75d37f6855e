import type { RouteConfig } from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import type { Location } from '../../model/location.ts';
import type { Setting } from '../adapter.ts';
import { completeFacts, explicitFact, flagFact, unknownConfigFact } from '../facts.ts';
import type { ProxyOptions } from './options.ts';
import { entriesOf } from './options.ts';

/** What is let through without a log-in, and everything else. */
export function readRoutes(proxy: ProxyOptions, settings: readonly Setting[]): readonly RouteConfig[] {
  const { options, node, partial } = proxy;
  const route = (name: string, at: Location, facts: RouteConfig['facts']): RouteConfig => ({
    kind: 'route',
    adapter: 'oauth2-proxy',
    name: `${proxy.name} ${name}`,
    file: node.document.file,
    at,
    profile: null,
    secrets: [],
    remarks: [],
    verifiers: [proxy.name],
    facts: completeFacts<RouteConfig['facts']>(settings, 'route', facts, at),
  });
  const preflight = options.get('skip_auth_preflight');
  return [
    ...entriesOf(options.get('skip_auth_routes')).map(({ text, at }) =>
      route(`open ${text}`, at, methodAndPath(text, at)),
    ),
    ...entriesOf(options.get('skip_auth_regex')).map(({ text, at }) => route(`open ${text}`, at, open(text, null, at))),
    ...(preflight !== undefined && knownValue(flagFact(preflight)) === true
      ? [route('open OPTIONS', preflight.at, open('*', 'OPTIONS', preflight.at))]
      : []),
    ...(partial.session === null ? [route('everything else', node.at, { paths: explicitFact(['*'], node.at) })] : []),
  ];
}

/** `method=pattern`, or the pattern alone for every method; `!=` opens all that the pattern does not match. */
function methodAndPath(text: string, at: Location): RouteConfig['facts'] {
  const [, method = '', isNot = '', pattern = text] = /^(?:([A-Za-z]*)(!?)=)?(.*)$/s.exec(text) ?? [];
  const facts = open(pattern, method === '' ? null : method.toUpperCase(), at);
  return isNot === '' ? facts : { ...facts, paths: unknownConfigFact(at, 'it is all but what a pattern matches') };
}

function open(pattern: string, method: string | null, at: Location): RouteConfig['facts'] {
  return {
    paths: explicitFact([plainPath(pattern)], at),
    methods: explicitFact(method === null ? null : [method], at),
    requirement: explicitFact('none', at),
  };
}

/** Simple regular expressions as the paths they stand for; others stay as they are. */
function plainPath(pattern: string): string {
  const [, path, rest = ''] = /^\^(\/[\w/-]*)(\$|\.\*\$?)?$/.exec(pattern) ?? [];
  if (path === undefined) return pattern;
  return rest === '$' ? path : `${path}*`;
}
