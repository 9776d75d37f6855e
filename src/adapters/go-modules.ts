import type { ConfigDocument } from '../source/config-document.ts';
import type { Adapter } from './adapter.ts';
import type { NamedPackage } from './library-subjects.ts';
import { baseName, exactVersion, librariesOf } from './library-subjects.ts';

/** Finds verifier libraries in go.mod. */
export const adapter: Adapter = {
  id: 'go-modules',
  title: 'Go modules',
  role: 'dependencies',
  reads:
    'Paths and versions of token libraries in the `require` and `replace` directives of `go.mod`. Since Go 1.17 it lists what the build selects.',
  assumes: [
    '`go.sum` is not read: it also lists versions that were considered and not selected.',
    'A module marked `// indirect` came with another one and is judged for known faults alone.',
  ],
  sources: ['https://go.dev/ref/mod#go-mod-file', 'https://go.dev/ref/mod#graph-pruning'],
  settings: [],
  examples: [
    {
      file: 'go.mod',
      text: `module example.com/orders

go 1.24

require github.com/coreos/go-oidc/v3 v3.11.0
`,
    },
  ],
  mayHold: (file, text) => baseName(file) === 'go.mod' && /jwt|jose|oidc|jwx|keyfunc|hashicorp\/cap/.test(text),
  recognise: (document) => adapter.read(document).length > 0,
  read: (document) => librariesOf(adapter.id, 'go', document, packagesOf(document)),
};

const REPLACE = /^\s*(?:replace\s+)?(\S+)(?:\s+v\S+)?\s+=>\s+(\S+)(?:\s+(v\S+))?/;
const REQUIRE = /^(\s*(?:require\s+)?)([\w.-]+\.[a-z]+\/\S+)\s+(v\S+)([^]*)$/;

function* packagesOf({ text }: ConfigDocument): Generator<NamedPackage> {
  const replaced = new Map<string, { readonly path: string; readonly version: string | null }>();
  for (const line of text.split('\n')) {
    const [, from, path, version] = REPLACE.exec(line) ?? [];
    if (from !== undefined && path !== undefined) replaced.set(from, { path, version: version ?? null });
  }
  let offset = 0;
  for (const line of text.split('\n')) {
    const match = line.includes('=>') || /^\s*(?:exclude|retract|module|\/\/)/.test(line) ? null : REQUIRE.exec(line);
    if (match !== null) {
      const [, indent = '', path = '', version = '', rest = ''] = match;
      const other = replaced.get(path);
      // A replacement by a folder of the repository has no version.
      const used = other === undefined ? { path, version } : other;
      yield {
        name: /^\.{0,2}\//.test(used.path) ? path : used.path,
        version: exactVersion(used.version?.replace(/\+incompatible$/, '')),
        direct: !/\/\/\s*indirect/.test(rest),
        start: offset + indent.length,
        end: offset + indent.length + path.length + 1 + version.length,
      };
    }
    offset += line.length + 1;
  }
}
