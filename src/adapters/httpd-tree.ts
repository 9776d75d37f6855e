import type { Location } from '../model/location.ts';
import type { ConfigDocument } from '../source/config-document.ts';
import { MASK } from '../source/placeholder.ts';
import type { ConfigNode } from './config-node.ts';
import { items, rootOf } from './config-node.ts';

/** One directive of Apache httpd. Names are compared without regard to case, as httpd does. */
export interface HttpdDirective {
  /** In lower case. */
  readonly name: string;
  /** The words after the name. */
  readonly words: readonly ConfigNode[];
  /** The same as texts. */
  readonly texts: readonly string[];
  readonly at: Location;
}

/** A section, as `<Location /orders>`, or the whole file. */
export interface HttpdSection {
  /** In lower case; empty for the whole file. */
  readonly kind: string;
  readonly argument: string;
  readonly at: Location;
  readonly parent: HttpdSection | null;
  readonly directives: readonly HttpdDirective[];
  readonly sections: readonly HttpdSection[];
  /** Its directives by name, those under conditions included. Worked out once: a file may have thousands of sections. */
  readonly byName: () => DirectivesByName;
}

type DirectivesByName = ReadonlyMap<string, readonly HttpdDirective[]>;

interface Open {
  kind: string;
  argument: string;
  at: Location;
  parent: Open | null;
  directives: HttpdDirective[];
  sections: Open[];
  byName: () => DirectivesByName;
}

function opened(kind: string, argument: string, at: Location, parent: Open | null): Open {
  let index: DirectivesByName | null = null;
  const section: Open = {
    kind,
    argument,
    at,
    parent,
    directives: [],
    sections: [],
    byName: () => (index ??= indexOf(section)),
  };
  return section;
}

function indexOf(section: HttpdSection): DirectivesByName {
  const index = new Map<string, HttpdDirective[]>();
  for (const directive of ownDirectives(section)) {
    const same = index.get(directive.name);
    if (same === undefined) index.set(directive.name, [directive]);
    else same.push(directive);
  }
  return index;
}

/** Deeper ones are taken for part of the deepest: httpd itself has no use for them. */
const MAX_DEPTH = 64;

export function sectionsOf(document: ConfigDocument): HttpdSection {
  const whole = rootOf(document);
  const root = opened('', '', whole.at, null);
  let current = root;
  let depth = 0;
  for (const line of items(whole)) {
    const [, ...words] = items(line);
    const [first = '', ...texts] = items(line).map(({ value }) => String(value));
    const name = first.toLowerCase();
    if (name.startsWith('</')) {
      if (depth > MAX_DEPTH) depth--;
      else if (current.parent !== null) {
        current = current.parent;
        depth--;
      }
    } else if (name.startsWith('<')) {
      if (++depth > MAX_DEPTH) continue;
      const argument = texts.join(' ').replace(/>$/, '').trim();
      const kind = name.slice(1).replace(/>$/, '');
      const section = opened(kind, argument, line.at, current);
      current.sections.push(section);
      current = section;
    } else current.directives.push({ name, words, texts, at: line.at });
  }
  return root;
}

/** The section and all below it, depth first. */
export function* everySection(section: HttpdSection): Iterable<HttpdSection> {
  yield section;
  for (const each of section.sections) yield* everySection(each);
}

/** Sections that only say whether what is inside counts: their directives are those of the section around them. */
const CONDITIONS = /^(?:ifmodule|ifdefine|ifversion|iffile|ifdirective|ifsection|macro)$/;

/** Directives of a section, those under conditions included. */
export function* ownDirectives(section: HttpdSection): Iterable<HttpdDirective> {
  yield* section.directives;
  for (const each of section.sections) if (CONDITIONS.test(each.kind)) yield* ownDirectives(each);
}

/** The directive that counts in a section: the last of the innermost section that has one. */
export function settingOf(section: HttpdSection, name: string): HttpdDirective | null {
  const wanted = name.toLowerCase();
  for (let level: HttpdSection | null = section; level !== null; level = level.parent) {
    const found = level.byName().get(wanted)?.at(-1);
    if (found !== undefined) return found;
  }
  return null;
}

/** All directives of a name in a section, or in the innermost one around it that has any. */
export function settingsOf(section: HttpdSection, name: string): readonly HttpdDirective[] {
  const wanted = name.toLowerCase();
  for (let level: HttpdSection | null = section; level !== null; level = level.parent) {
    const found = level.byName().get(wanted);
    if (found !== undefined) return found;
  }
  return [];
}

/** The virtual host that a section is in; the whole file where it is in none. */
export function serverOf(section: HttpdSection): HttpdSection {
  for (let level = section; ; level = level.parent) {
    if (level.kind === 'virtualhost' || level.parent === null) return level;
  }
}

/** `virtual host api.example.com, location /orders`, stable under reordering. */
export function sectionLabel(section: HttpdSection): string {
  const parts: string[] = [];
  for (let level: HttpdSection | null = section; level !== null; level = level.parent) {
    if (level.kind === '' || CONDITIONS.test(level.kind)) continue;
    if (level.kind !== 'virtualhost') parts.unshift(`${level.kind} ${level.argument}`.trim());
    else {
      const [name] = level.byName().get('servername') ?? [];
      parts.unshift(`virtual host ${name?.texts[0] ?? level.argument}`);
    }
  }
  const label = parts.length === 0 ? 'server' : parts.join(', ');
  return label.replaceAll(new RegExp(`${MASK}+`, 'g'), '…');
}

/** What `Require` asks for, as far as claims go. */
interface Demand {
  readonly values: readonly string[];
  readonly at: Location;
}

/**
 * Values of one claim that a section's `Require` lines demand; null when a request may pass with any. Without a container
 * one of the lines is enough (mod_authz_core), so `Require valid-user` beside `Require claim` undoes it.
 */
export function requiredClaim(section: HttpdSection, claim: string): Demand | null {
  const isAll = section.kind === 'requireall';
  const lines = [...ownDirectives(section)]
    .filter(({ name }) => name === 'require')
    .map((line) => demandOf(line, claim));
  const inside = section.sections
    .filter(({ kind }) => /^require(?:all|any)$/.test(kind))
    .map((each) => requiredClaim(each, claim));
  const demands = [...lines, ...inside];
  const known = demands.filter((demand) => demand !== null);
  const [first] = known;
  if (first === undefined || (!isAll && known.length < demands.length)) return null;
  return isAll ? first : { values: known.flatMap(({ values }) => values), at: first.at };
}

/** A `Require claim` that has no effect, because another line lets requests through without it. */
export function idleRequirement(section: HttpdSection, claim: string): Location | null {
  if (requiredClaim(section, claim) !== null) return null;
  const lines = [...ownDirectives(section)].filter(({ name }) => name === 'require');
  return lines.map((line) => demandOf(line, claim)).find((demand) => demand !== null)?.at ?? null;
}

function demandOf({ texts, at }: HttpdDirective, claim: string): Demand | null {
  const [kind, ...values] = texts;
  if (!/^(?:oauth2_)?claim$/i.test(kind ?? '')) return null;
  const own = values.filter((value) => value.startsWith(`${claim}:`)).map((value) => value.slice(claim.length + 1));
  return own.length === 0 || own.length < values.length ? null : { values: own, at };
}
