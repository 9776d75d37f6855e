import type { ValidDocument } from '../model/document.ts';
import type { DrillSpec } from '../model/drill.ts';
import type { Problem } from '../model/failure.ts';
import type { Estate } from '../model/finding.ts';
import type { JwksFacts, TokenFacts } from '../model/key.ts';
import { startOf } from '../model/location.ts';
import type { TokenPolicySpec } from '../model/policy.ts';
import { readDrill } from '../policy/read-drill.ts';
import { readInventory } from '../policy/read-inventory.ts';
import { resolvePolicies } from '../policy/resolve.ts';
import { checkNames, claimsToBeOurs, validateDocument } from '../policy/validate.ts';
import { predict } from '../predict/predict.ts';
import { parseDocuments } from '../source/parse.ts';
import { looksLikeJwks, readJwks, readKeyFile } from '../token/read-jwks.ts';
import { readToken } from '../token/read-token.ts';
import { checkReferences } from './references.ts';

/** One file as it was read; `named` when the user asked for this very file. */
export interface InputFile {
  readonly file: string;
  readonly text: string;
  readonly named: boolean;
}

export interface ReadOptions {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** HMAC secrets to try on recorded tokens, beside the built-in ones. */
  readonly hmacWords?: readonly string[];
}

/** Everything a run knows, and what it could not read. */
export interface EstateRead {
  readonly estate: Estate;
  readonly drills: readonly DrillSpec[];
  readonly problems: readonly Problem[];
  readonly texts: ReadonlyMap<string, string>;
}

/** Reads files of every kind, told apart by their content. Files of others are skipped, unless they were named. */
export function readEstate(inputs: readonly InputFile[], options: ReadOptions): EstateRead {
  const problems: Problem[] = [];
  const jwks: JwksFacts[] = [];
  const tokens: TokenFacts[] = [];
  const documents: ValidDocument<unknown>[] = [];
  const take = <Facts>(
    reading: { readonly problems: readonly Problem[] },
    facts: Facts | null,
    into: Facts[],
  ): void => {
    problems.push(...reading.problems);
    if (facts !== null) into.push(facts);
  };
  for (const input of inputs.toSorted((a, b) => (a.file < b.file ? -1 : 1))) {
    const { file, text } = input;
    switch (kindOf(input)) {
      case 'token': {
        const reading = readToken(file, text, { words: options.hmacWords ?? [] });
        take(reading, reading.token, tokens);
        break;
      }
      case 'key': {
        const reading = readKeyFile(file, text);
        take(reading, reading.jwks, jwks);
        break;
      }
      case 'jwks': {
        const reading = readJwks(file, text);
        take(reading, reading.jwks, jwks);
        break;
      }
      case 'document':
        documents.push(...readDocuments(input, problems));
        break;
      case 'foreign':
        if (input.named) problems.push(foreign(file));
    }
  }
  const { policies, problems: unresolved } = resolvePolicies(
    documents.filter(({ kind }) => kind === 'TokenPolicy') as readonly ValidDocument<TokenPolicySpec>[],
  ); // the schema of the kind was checked
  problems.push(...checkNames(documents.filter(({ kind }) => kind !== 'TokenPolicy')), ...unresolved);
  const inventories = documents
    .filter(({ kind }) => kind === 'Inventory')
    .flatMap((document) => {
      const reading = readInventory(document);
      problems.push(...reading.problems);
      return reading.inventory === null ? [] : [reading.inventory];
    });
  const drills = documents
    .filter(({ kind }) => kind === 'Drill')
    .flatMap((document) => {
      const reading = readDrill(document);
      problems.push(...reading.problems);
      return reading.drill === null ? [] : [reading.drill];
    });
  problems.push(...checkReferences({ policies, inventories, drills }));
  return {
    estate: { policies, inventories, jwks, tokens, predictions: predict(inventories, policies), now: options.now },
    drills,
    problems,
    texts: new Map(inputs.map(({ file, text }) => [file, text])),
  };
}

type InputKind = 'document' | 'jwks' | 'key' | 'token' | 'foreign';

/** Content decides; the ending of the name only where content is opaque. */
function kindOf({ file, text, named }: InputFile): InputKind {
  if (/\.jwt$/i.test(file)) return 'token';
  if (/\.(key|pem)$/i.test(file) || text.trimStart().startsWith('-----BEGIN')) return 'key';
  const json = /\.(json|jwks?)$/i.test(file);
  if (json && (looksLikeJwks(text) || (named && !text.includes('firebreak.dev/') && /jwks|keys/i.test(file))))
    return 'jwks';
  if (text.includes('firebreak.dev/')) return 'document';
  // A file that was named is read as a document, so that its faults are explained.
  return named ? 'document' : 'foreign';
}

function readDocuments({ file, text, named }: InputFile, problems: Problem[]): readonly ValidDocument<unknown>[] {
  const parsed = parseDocuments(file, text);
  const ours = named || text.includes('firebreak.dev/') || parsed.documents.some(({ data }) => claimsToBeOurs(data));
  if (!ours) return [];
  problems.push(...parsed.problems);
  return parsed.documents.flatMap((source) => {
    const { document, problems: found } = validateDocument(source);
    problems.push(...found);
    return document === null ? [] : [document];
  });
}

function foreign(file: string): Problem {
  return {
    code: 'document/invalid',
    message: `${file} is not a document, key set or token that this version reads`,
    hint: 'documents carry apiVersion: firebreak.dev/v1alpha1',
    at: startOf(file),
  };
}
