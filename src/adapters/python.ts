import type { ConfigDocument } from '../source/config-document.ts';
import type { Adapter } from './adapter.ts';
import type { NamedPackage } from './library-subjects.ts';
import { baseName, exactVersion, librariesOf } from './library-subjects.ts';

/** Finds verifier libraries in the requirement and lock files of Python projects. */
export const adapter: Adapter = {
  id: 'python',
  title: 'Python requirement and lock files',
  role: 'dependencies',
  reads: 'Names and versions of token libraries in `requirements*.txt`, `poetry.lock`, `uv.lock` and `Pipfile.lock`.',
  assumes: [
    'Versions are known where they are pinned with `==`; a range leaves them open.',
    'Lock files of Poetry and uv do not say what the project itself asks for, so everything in them counts as asked for.',
  ],
  sources: [
    'https://pip.pypa.io/en/stable/reference/requirements-file-format/',
    'https://packaging.python.org/en/latest/specifications/name-normalization/',
    'https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile',
  ],
  settings: [],
  examples: [{ file: 'requirements.txt', text: 'fastapi==0.115.0\nPyJWT[crypto]==2.12.0\n' }],
  mayHold: (file, text) =>
    /requirements[\w.-]*\.txt$|^poetry\.lock$|^uv\.lock$|^pipfile\.lock$/.test(baseName(file)) &&
    /jwt|jose|authlib|jwcrypto/i.test(text),
  recognise: (document) => adapter.read(document).length > 0,
  read: (document) => librariesOf(adapter.id, 'pypi', document, packagesOf(document)),
};

function* packagesOf({ file, text }: ConfigDocument): Generator<NamedPackage> {
  const name = baseName(file);
  if (name.endsWith('.txt')) yield* ofRequirements(text);
  else if (name === 'pipfile.lock') yield* matches(text, PIPFILE_ENTRY, true);
  else yield* matches(text, TOML_ENTRY, null);
}

/** PEP 508 with one version clause, as pip freeze and pip-compile write it. */
const REQUIREMENT = /^[ \t]*([A-Za-z\d][\w.-]*)[ \t]*(?:\[[^\]\n]*\])?[ \t]*(?:(===?)[ \t]*([^\s;,#\\]+))?[^\n]*$/gm;

function* ofRequirements(text: string): Generator<NamedPackage> {
  for (const match of text.matchAll(REQUIREMENT)) {
    const [whole, name = '', exact, version] = match;
    const start = match.index + whole.length - whole.trimStart().length;
    yield {
      name: normalName(name),
      version: exact === undefined ? null : exactVersion(version),
      direct: null,
      start,
      end: match.index + whole.trimEnd().length,
    };
  }
}

/** Both orders of the first two members, as Poetry and uv write them. */
const TOML_ENTRY = /^name = "([^"\n]+)"\r?\nversion = "([^"\n]+)"/gm;
const PIPFILE_ENTRY = /"([A-Za-z\d][\w.-]*)":\s*\{[^{}]*?"version":\s*"==([^"\n]+)"/g;

function* matches(text: string, entry: RegExp, direct: boolean | null): Generator<NamedPackage> {
  for (const match of text.matchAll(entry)) {
    const [whole, name = '', version] = match;
    yield {
      name: normalName(name),
      version: exactVersion(version),
      // Pipfile.lock holds what was asked for and what came with it.
      direct: direct === true ? null : direct,
      start: match.index,
      end: match.index + whole.length,
    };
  }
}

/** PEP 503. */
function normalName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, '-');
}
