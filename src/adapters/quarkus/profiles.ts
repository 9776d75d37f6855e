import type { ConfigFact, ConfigSubject } from '../../model/config.ts';
import type { DottedSetting, DottedSettings } from '../dotted-settings.ts';
import { baseName } from '../library-subjects.ts';
import { folderOf } from '../../model/location.ts';

/** `%prod.name` and `%{dev,test}.name`. */
const PROFILED = /^%(?:\{([^}]{1,200})\}|([^.]{1,100}))\.(.+)$/s;

/** What holds without a profile, and in each profile that a document names. */
export interface ProfiledSettings {
  readonly profile: string | null;
  readonly settings: DottedSettings;
  /** Names that the profile sets itself; all for the base. */
  readonly own: ReadonlySet<string>;
}

/**
 * Takes the profiles of one document apart: settings of a profile win over those without.
 *
 * @see https://quarkus.io/guides/config-reference#profiles
 */
export function profilesOf(settings: DottedSettings): readonly ProfiledSettings[] {
  const base = new Map<string, DottedSetting>();
  const profiles = new Map<string, Map<string, DottedSetting>>();
  for (const [name, setting] of settings.byName) {
    const [, several, one, rest] = PROFILED.exec(name) ?? [];
    if (rest === undefined) {
      base.set(name, setting);
      continue;
    }
    for (const profile of (several ?? one ?? '').split(',').map((part) => part.trim())) {
      const own = profiles.get(profile) ?? new Map<string, DottedSetting>();
      profiles.set(profile, own.set(rest, setting));
    }
  }
  const ofFile = fileProfile(settings.document.file);
  return [
    { profile: ofFile, settings: { ...settings, byName: base }, own: new Set(base.keys()) },
    ...[...profiles].map(([profile, own]) => ({
      profile,
      settings: { ...settings, byName: new Map([...base, ...own]) },
      own: new Set(own.keys()),
    })),
  ];
}

/** `application-prod.properties` holds for the profile `prod`. */
function fileProfile(file: string): string | null {
  return /^(?:application|microprofile-config)-([^.]+)\./.exec(baseName(file))?.[1] ?? null;
}

/**
 * Leaves out of a profile's subject what is told of the base: its defaults, and secrets and remarks in the same place.
 * None when the profile changes nothing.
 */
export function besideBase(subject: ConfigSubject, base: ConfigSubject | undefined): readonly ConfigSubject[] {
  if (base === undefined) return [subject];
  const known = new Set([...base.secrets, ...base.remarks].map(({ at }) => `${at.line}:${at.column}`));
  const isNew = ({ at }: { readonly at: ConfigSubject['at'] }): boolean => !known.has(`${at.line}:${at.column}`);
  const facts = Object.fromEntries(
    Object.entries<ConfigFact<unknown>>(subject.facts).filter(([, fact]) => isStated(fact)),
  );
  const secrets = subject.secrets.filter(isNew);
  const remarks = subject.remarks.filter(isNew);
  const same = new Map(Object.entries<ConfigFact<unknown>>(base.facts));
  const isSame = Object.entries(facts).every(([name, fact]) => JSON.stringify(fact) === JSON.stringify(same.get(name)));
  return isSame && secrets.length + remarks.length === 0 ? [] : [{ ...subject, facts, secrets, remarks }];
}

function isStated({ origin }: ConfigFact<unknown>): boolean {
  return origin === 'explicit' || origin === 'derived' || origin === 'unknown';
}

/**
 * Joins `application` files with those of a profile. What is written wins over what is computed, and the profile over
 * the base.
 */
export function joinProfiles(subjects: readonly ConfigSubject[]): readonly ConfigSubject[] {
  const groups = new Map<string, Map<string | null, ConfigSubject>>();
  for (const subject of subjects) {
    const folder = folderOf(subject.file);
    const key = [folder, subject.kind, subject.name].join('\n');
    const group = groups.get(key) ?? new Map<string | null, ConfigSubject>();
    const before = group.get(subject.profile);
    groups.set(key, group.set(subject.profile, before === undefined ? subject : over(before, subject)));
  }
  return [...groups.values()].flatMap((group) => {
    const base = group.get(null);
    return [...group.values()].flatMap((subject) =>
      base === undefined || base === subject || base.file === subject.file
        ? [subject]
        : besideBase(over(base, subject), base),
    );
  });
}

function over(base: ConfigSubject, top: ConfigSubject): ConfigSubject {
  const facts: Record<string, ConfigFact<unknown>> = { ...base.facts };
  for (const [name, fact] of Object.entries<ConfigFact<unknown>>(top.facts)) {
    const below = facts[name];
    if (below === undefined || rank(fact) >= rank(below)) facts[name] = fact;
  }
  const product = 'product' in base && 'product' in top ? { product: top.product ?? base.product } : {};
  return { ...top, ...product, facts };
}

function rank({ origin }: ConfigFact<unknown>): number {
  return origin === 'explicit' || origin === 'unknown' ? 2 : origin === 'derived' ? 1 : 0;
}
