import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { joinSubjects, readConfigFile } from '../../src/adapters/read-config.ts';
import { ADAPTERS } from '../../src/adapters/registry.ts';
import { lint } from '../../src/lint/lint.ts';
import { readEstate } from '../../src/lint/read-whole.ts';
import type { ConfigFact, ConfigSubject } from '../../src/model/config.ts';
import { showBound } from '../../src/model/quantity.ts';

/** The day on which fixtures are judged. */
const NOW = Date.UTC(2026, 5, 1);

const HERE = new URL('./', import.meta.url);

/** Fixtures of one adapter: every file below `test/adapters/<id>/` but what they are compared with. */
export function fixturesOf(id: string): readonly string[] {
  const folder = fileURLToPath(new URL(`${id}/`, HERE));
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/\.(?:facts|findings)\.txt$/.test(entry.name))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

export function fixtureText(id: string, file: string): string {
  return readFileSync(new URL(`${id}/${file}`, HERE), 'utf8');
}

/** Subjects that one adapter reads out of one of its fixtures. */
export function subjectsOf(id: string, file: string): readonly ConfigSubject[] {
  const adapters = ADAPTERS.filter((adapter) => adapter.id === id);
  return joinSubjects(readConfigFile(file, fixtureText(id, file), adapters).subjects, adapters);
}

/** What lint finds in one fixture alone, under the default profile: `line:column severity rule`. */
export function findingsText(id: string, file: string): string {
  const input = { file, text: fixtureText(id, file), named: true };
  const { findings } = lint(readEstate([input], { now: NOW }));
  return findings.map(({ at, severity, rule }) => `${at.line}:${at.column} ${severity} ${rule}\n`).join('');
}

/** Facts as people compare them: one per line, with origin and place. Sources are on the adapter's page. */
export function factsText(subjects: readonly ConfigSubject[]): string {
  return `${subjects.map(subjectText).join('\n\n')}\n`;
}

function subjectText(subject: ConfigSubject): string {
  const { kind, name, file, at, profile } = subject;
  const head = `${kind} "${name}"${profile === null ? '' : ` [${profile}]`} ${file}:${at.line}:${at.column}`;
  const product =
    'product' in subject && subject.product !== null
      ? [`  product: ${subject.product.id} ${subject.product.version ?? ''}`.trimEnd()]
      : [];
  const facts = Object.entries(subject.facts as Readonly<Record<string, ConfigFact<unknown>>>)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([fact, value]) => `  ${fact}: ${factText(fact, value)}`);
  const secrets = subject.secrets.map(
    ({ kind: what, origin, octets, wellKnown, at: place }) =>
      `  secret: ${what} ${origin} ${octets} octets${wellKnown === null ? '' : `, ${wellKnown}`} (${place.line}:${place.column})`,
  );
  const remarks = subject.remarks.map(
    ({ kind: what, message, at: place }) => `  remark: ${what}: ${message} (${place.line}:${place.column})`,
  );
  const keys =
    'inlineKeys' in subject
      ? subject.inlineKeys
          .flatMap(({ keys: list }) => list)
          .map(({ kid, kty }) => `  key: ${kty ?? '?'} ${kid ?? 'without kid'}`)
      : [];
  return [head, ...product, ...facts, ...secrets, ...remarks, ...keys].join('\n');
}

const DURATION =
  /Lifetime$|Ttl$|leeway|cooldown|Timeout|staleOnError|Recheck|Grace$|Idle$|Interval$|prepublish|Retention$/;

function factText(name: string, fact: ConfigFact<unknown>): string {
  if (fact.origin === 'unknown') return `unknown (${fact.source})`;
  const { value, origin, at } = fact;
  const shown =
    DURATION.test(name) && (typeof value === 'number' || value === 'unbounded')
      ? showBound(value as never)
      : JSON.stringify(value);
  return `${shown} ${origin}${origin === 'explicit' || origin === 'derived' ? ` (${at.line}:${at.column})` : ''}`;
}
