import type { ConfigDocument } from '../source/config-document.ts';
import type { Adapter } from './adapter.ts';
import type { NamedPackage } from './library-subjects.ts';
import { baseName, exactVersion, librariesOf } from './library-subjects.ts';

const FILES = ['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml'] as const;

/** Finds verifier libraries in the lock files of npm, Yarn and pnpm. */
export const adapter: Adapter = {
  id: 'npm',
  title: 'npm, Yarn and pnpm lock files',
  role: 'dependencies',
  reads:
    'Names and versions of token libraries in `package-lock.json` and `npm-shrinkwrap.json` (lockfile version 1 to 3), `yarn.lock` (version 1 and Berry) and `pnpm-lock.yaml` (version 5 to 9).',
  assumes: [
    'A library that the project itself asks for verifies tokens with its usual key source; one that only came with another package is judged for known faults alone.',
    '`yarn.lock` does not say what the project itself asks for, so everything in it counts as asked for.',
  ],
  sources: [
    'https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json',
    'https://github.com/yarnpkg/yarn/blob/master/src/lockfile/parse.js',
    'https://github.com/pnpm/spec/blob/master/lockfile/9.0.md',
  ],
  settings: [],
  examples: [
    {
      file: 'package-lock.json',
      text: `{
  "name": "orders",
  "lockfileVersion": 3,
  "packages": {
    "": {
      "name": "orders",
      "dependencies": {
        "jose": "^6.0.0"
      }
    },
    "node_modules/jose": {
      "version": "6.2.18"
    }
  }
}
`,
    },
  ],
  mayHold: (file, text) =>
    FILES.some((name) => name === baseName(file)) && /jose|jwt|jwks|jsonwebtoken|hono|jws/.test(text),
  recognise: (document) => adapter.read(document).length > 0,
  read: (document) => librariesOf(adapter.id, 'npm', document, packagesOf(document)),
};

function* packagesOf(document: ConfigDocument): Generator<NamedPackage> {
  const name = baseName(document.file);
  if (name === 'yarn.lock') yield* ofYarn(document.text);
  else if (name === 'pnpm-lock.yaml') yield* ofPnpm(document.text);
  else yield* ofNpm(document.text);
}

/** An entry of `packages` (its key is a path) or of `dependencies` (version 1): a mapping that begins with a version. */
const NPM_ENTRY =
  /"((?:[^"\n]*\/)?node_modules\/)?((?:@[^"\n/]+\/)?[^"\n/]+)":\s*\{\s*(?:"name":\s*"([^"\n]+)",\s*)?"version":\s*"([^"\n]+)"/g;

function* ofNpm(text: string): Generator<NamedPackage> {
  const asked = npmRoot(text);
  for (const match of text.matchAll(NPM_ENTRY)) {
    const [whole, path, name = '', alias, version] = match;
    yield {
      name: alias ?? name,
      version: exactVersion(version),
      // Nested copies serve the package around them.
      direct: asked === null ? null : path === 'node_modules/' && asked.has(name),
      start: match.index,
      end: match.index + whole.length,
    };
  }
}

/** What the project asks for, in lockfiles of version 2 and 3; null in older ones. */
function npmRoot(text: string): ReadonlySet<string> | null {
  const start = text.search(/"":\s*\{/);
  if (start < 0) return null;
  const end = text.indexOf('"node_modules/', start);
  const root = text.slice(start, end < 0 ? start + 100_000 : end);
  return new Set([...root.matchAll(/"((?:@[^"\n/]+\/)?[^"\n/]+)":\s*"[^"\n]*"/g)].map(([, name = '']) => name));
}

/** `jose@^6.0.0:` and `"jose@npm:^6.0.0":`, with the version on the next line. */
const YARN_ENTRY = /^"?((?:@[^@/"\s]+\/)?[^@"\s#]+)@.*:\r?\n {2}version:? "?([^"\s]+)"?/gm;

function* ofYarn(text: string): Generator<NamedPackage> {
  for (const match of text.matchAll(YARN_ENTRY)) {
    const [whole, name = '', version] = match;
    yield { name, version: exactVersion(version), direct: null, start: match.index, end: match.index + whole.length };
  }
}

/** `/jose/4.1.0:`, `/jose@6.0.0:` and `jose@6.0.0:`, quoted when scoped, with peers in brackets or after an underscore. */
const PNPM_ENTRY = /^ {2}['"]?\/?((?:@[^@/'"\s]+\/)?[^@/'"\s]+)[@/](\d[^:('"\s_]*)(?=[:('"\s_]).*:/gm;

function* ofPnpm(text: string): Generator<NamedPackage> {
  const packages = text.search(/^packages:/m);
  const asked = new Set(
    [
      ...text
        .slice(0, packages < 0 ? text.length : packages)
        .matchAll(/^ {2,6}['"]?((?:@[^@/'"\s:]+\/)?[^@/'"\s:]+)['"]?:/gm),
    ].map(([, name = '']) => name),
  );
  for (const match of text.matchAll(PNPM_ENTRY)) {
    const [whole, name = '', version] = match;
    const start = match.index + 2;
    yield { name, version: exactVersion(version), direct: asked.has(name), start, end: match.index + whole.length };
  }
}
