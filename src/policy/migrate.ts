/** Rewrites documents through their text, so that comments and layout stay. What they mean stays too, which is checked. */
import type { SourceDocument, ValidDocument } from '../model/document.ts';
import type { Problem } from '../model/failure.ts';
import type { Change, FixPlan } from '../model/fix.ts';
import type { TokenPolicySpec } from '../model/policy.ts';
import { editDocument } from '../source/edit-document.ts';
import { parseDocuments } from '../source/parse.ts';
import type { Migration } from './migrations.ts';
import { MIGRATIONS } from './migrations.ts';
import { memberOf } from './pointers.ts';
import { readGuardrail } from './read-guardrail.ts';
import { readWaiver } from './read-waiver.ts';
import type { PolicyDocument } from './resolve-graph.ts';
import { resolvePolicies } from './resolve.ts';
import { claimsToBeOurs, validateDocument } from './validate.ts';

export interface MigratedFile {
  readonly file: string;
  readonly before: string;
  readonly after: string;
  /** Ids of the migrations that changed something, each once. */
  readonly applied: readonly string[];
}

export interface MigrationRun {
  /** Files that change. */
  readonly files: readonly MigratedFile[];
  /** Any means that nothing may be written: a document that cannot be read, or a change that cannot be made in place. */
  readonly problems: readonly Problem[];
}

export interface TextFile {
  readonly file: string;
  readonly text: string;
}

/**
 * Brings the documents of the files to the version and the spellings of today. Every document must be valid afterwards, and
 * mean what it meant before.
 *
 * @throws Error when a migration would change the meaning of a document, which is a fault of the migration
 */
export function migrateFiles(inputs: readonly TextFile[], migrations: readonly Migration[] = MIGRATIONS): MigrationRun {
  const problems: Problem[] = [];
  const migrated = inputs.map((input) => migrateFile(input, migrations, problems));
  const after = readAll(migrated.map(({ file, after: text }) => ({ file, text })));
  if (problems.length > 0 || after.problems.length > 0)
    return { files: [], problems: [...problems, ...after.problems] };
  const files = migrated.filter((file) => file.after !== file.before);
  // Versions older than today's have no validator any more, so only documents of today's can be compared.
  const before = meanings(readAll(inputs).documents);
  const meant = meanings(after.documents);
  for (const [name, meaning] of before) {
    if (meant.get(name) !== meaning) throw new Error(`migrating changes what ${name} means; nothing was written`);
  }
  return { files, problems };
}

function migrateFile({ file, text }: TextFile, migrations: readonly Migration[], problems: Problem[]): MigratedFile {
  const applied: string[] = [];
  let current = text;
  for (const migration of migrations) {
    const parsed = parseDocuments(file, current);
    if (parsed.problems.length > 0) break;
    // From the end, so that the places of documents before stay.
    for (const document of [...parsed.documents].reverse()) {
      const plan = planFor(document, migration);
      if (plan === null) continue;
      const changed = editDocument(file, current, plan);
      if (changed === null) problems.push(notInPlace(document, migration));
      else {
        current = changed;
        applied.push(migration.id);
      }
    }
  }
  return { file, before: text, after: current, applied: [...new Set(applied)] };
}

function planFor(document: SourceDocument, { id, from, to, kinds, changes: changesOf }: Migration): FixPlan | null {
  const { data } = document;
  const kind = memberOf(data, 'kind');
  if (memberOf(data, 'apiVersion') !== from || !kinds.some((each) => each === kind)) return null;
  const version: readonly Change[] = from === to ? [] : [{ kind: 'set', pointer: '/apiVersion', value: to }];
  const [first, ...others] = [...changesOf(document), ...version];
  if (first === undefined) return null;
  return { title: id, safe: true, document: document.locate(''), changes: [first, ...others] };
}

function notInPlace(document: SourceDocument, { summary }: Migration): Problem {
  return {
    code: 'document/invalid',
    message: `this document cannot be rewritten in place: its values are written in a way that an edit could change`,
    hint: `write by hand: ${summary}`,
    at: document.locate(''),
  };
}

interface Reading {
  readonly documents: readonly ValidDocument<unknown>[];
  readonly problems: readonly Problem[];
}

function readAll(inputs: readonly TextFile[]): Reading {
  const parsed = inputs.map(({ file, text }) => parseDocuments(file, text));
  const validations = parsed
    .flatMap(({ documents }) => documents)
    .filter(({ data }) => claimsToBeOurs(data))
    .map(validateDocument);
  return {
    documents: validations.flatMap(({ document }) => document ?? []),
    problems: [...parsed, ...validations].flatMap(({ problems }) => problems),
  };
}

/** What each document that holds limits means, by kind and name: the digest of the policy that it is, or would be. */
function meanings(documents: readonly ValidDocument<unknown>[]): ReadonlyMap<string, string> {
  const policies = resolvePolicies(
    documents.filter(({ kind }) => kind === 'TokenPolicy') as readonly PolicyDocument[], // its schema was checked
  ).policies.map(({ name, digest }): readonly [string, string] => [`TokenPolicy "${name}"`, digest]);
  const limits = documents.flatMap((document): readonly (readonly [string, string])[] => {
    const spec = limitsOf(document);
    if (spec === null) return [];
    const [policy] = resolvePolicies([{ ...document, kind: 'TokenPolicy', spec }]).policies;
    return policy === undefined ? [] : [[`${document.kind} "${document.name}"`, policy.digest]];
  });
  return new Map([...policies, ...limits]);
}

function limitsOf(document: ValidDocument<unknown>): TokenPolicySpec | null {
  if (document.kind === 'Guardrail') return readGuardrail(document).spec;
  return document.kind === 'Waiver' ? (readWaiver(document).waiver?.permits?.spec ?? null) : null;
}
