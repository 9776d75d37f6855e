import { ADAPTERS } from '../adapters/registry.ts';
import type { ConfigFact, ConfigSubject } from '../model/config.ts';
import type { Location } from '../model/location.ts';

/** Where a value stands: `keycloak/realm.json:12 accessTokenLifespan`. */
export function placed({ file, line }: Location, what: string): string {
  return `${file}:${line} ${what}`;
}

/** Where a fact comes from, in words for a comment beside what was made of it. */
export function sourceOf(subject: ConfigSubject, name: string, fact: ConfigFact<unknown>): string {
  const adapter = ADAPTERS.find(({ id }) => id === subject.adapter);
  const title = adapter?.title ?? subject.adapter;
  const setting =
    adapter?.settings.find((row) => row.on === subject.kind && row.fact === name)?.setting ?? subject.name;
  const { file, line } = fact.at;
  if (fact.origin === 'unknown') return `not visible in ${file}:${line}: ${fact.source}`;
  if (fact.origin === 'default') return `${file} says nothing of ${setting}: the default of ${title}`;
  if (fact.origin === 'platform') return `fixed by ${title}`;
  return placed(fact.at, setting);
}
