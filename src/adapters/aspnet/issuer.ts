import type { ConfigFact, IssuerConfig, IssuerFactMap } from '../../model/config.ts';
import type { Bound } from '../../model/quantity.ts';
import type { Section } from './section.ts';
import { setting, timeSpanFact, valueFact, valuesFact } from './section.ts';
import { ISSUER_SETTINGS } from './settings.ts';
import type { ConfigNode } from '../config-node.ts';
import { members } from '../config-node.ts';
import { completeFacts, durationFact, unknownConfigFact } from '../facts.ts';

const LIFETIME = /(?:expir|lifetime|lifespan|duration|validity|ttl)/i;

/** The unit that a name ends with: `ExpiryInMinutes`. */
export function unitOf(name: string): 's' | 'm' | 'h' | 'd' | null {
  const [, word] = /(second|sec|minute|min|hour|day)s?$/i.exec(name) ?? [];
  if (word === undefined) return null;
  const letter = word.charAt(0).toLowerCase();
  return letter === 's' || letter === 'm' || letter === 'h' ? letter : 'd';
}

/** The issuer of a section that says how long tokens live; null when it says nothing of it. */
export function readIssuer({ name, node }: Section, profile: string | null): IssuerConfig | null {
  const named = members(node).filter(
    ([key]) =>
      (LIFETIME.test(key) || (/token/i.test(key) && unitOf(key) !== null)) && !/^(?:validate|require)/i.test(key),
  );
  if (named.length === 0) return null;
  const isRefresh = ([key]: readonly [string, ConfigNode]): boolean => /refresh/i.test(key);
  return {
    kind: 'issuer',
    adapter: 'aspnet',
    name: `section ${name}`,
    file: node.document.file,
    at: node.keyAt,
    profile,
    product: null,
    secrets: [],
    remarks: [],
    inlineKeys: [],
    facts: completeFacts<IssuerFactMap>(
      ISSUER_SETTINGS,
      'issuer',
      {
        issuer: valueFact(setting(node, 'Issuer', 'ValidIssuer')),
        audiences: valuesFact([setting(node, 'Audience', 'ValidAudience')]),
        accessTokenLifetime: lifetimeFact(named.find((entry) => !isRefresh(entry))),
        refreshTokenLifetime: lifetimeFact(named.find(isRefresh)),
      },
      node.keyAt,
    ),
  };
}

function lifetimeFact(entry: readonly [string, ConfigNode] | undefined): ConfigFact<Bound> | undefined {
  if (entry === undefined) return undefined;
  const [name, node] = entry;
  if (String(node.value).includes(':')) return timeSpanFact(node);
  const unit = unitOf(name);
  return unit === null ? unknownConfigFact(node.at, 'code decides its unit') : durationFact(node, unit);
}
