import type { ConfigDocument } from '../source/config-document.ts';
import type { Adapter } from './adapter.ts';
import type { NamedPackage } from './library-subjects.ts';
import { baseName, exactVersion, librariesOf } from './library-subjects.ts';
import { blankXml } from '../source/xml-blank.ts';

/** Finds verifier libraries in the project and lock files of .NET. */
export const adapter: Adapter = {
  id: 'nuget',
  title: 'NuGet',
  role: 'dependencies',
  reads:
    'Names and versions of token libraries in `packages.lock.json`, in `PackageReference` items of `*.csproj` and `*.fsproj`, and in `Directory.Packages.props`.',
  assumes: [
    'A version in a project file is the lowest that is allowed; it is taken for the one in use, as restore does when it can.',
  ],
  sources: [
    'https://learn.microsoft.com/en-us/nuget/consume-packages/package-references-in-project-files',
    'https://learn.microsoft.com/en-us/nuget/consume-packages/central-package-management',
  ],
  settings: [],
  examples: [
    {
      file: 'Orders.csproj',
      text: `<Project Sdk="Microsoft.NET.Sdk.Web">
  <ItemGroup>
    <PackageReference Include="Microsoft.AspNetCore.Authentication.JwtBearer" Version="8.0.10" />
  </ItemGroup>
</Project>
`,
    },
  ],
  mayHold: (file, text) =>
    /^packages\.lock\.json$|\.[cf]sproj$|^directory\.packages\.props$/.test(baseName(file)) &&
    /jwt|jose|identitymodel/i.test(text),
  recognise: (document) => adapter.read(document).length > 0,
  read: (document) => librariesOf(adapter.id, 'nuget', document, packagesOf(document)),
};

const LOCK_ENTRY = /"([\w.-]+)":\s*\{\s*"type":\s*"(\w+)"[^{}]*?"resolved":\s*"([^"\n]+)"/g;
const REFERENCE = /<Package(?:Reference|Version)\s+(?:Include|Update)="([\w.-]+)"(?:[^>]*?\sVersion="([^"\n]+)")?/gi;

function* packagesOf({ file, text }: ConfigDocument): Generator<NamedPackage> {
  if (baseName(file) === 'packages.lock.json') {
    for (const match of text.matchAll(LOCK_ENTRY)) {
      const [whole, name = '', type, version] = match;
      yield {
        name: name.toLowerCase(),
        version: exactVersion(version),
        direct: type === 'Direct',
        start: match.index,
        end: match.index + whole.length,
      };
    }
    return;
  }
  const plain = blankXml(text);
  for (const match of plain.matchAll(REFERENCE)) {
    const [whole, name = '', version] = match;
    yield {
      name: name.toLowerCase(),
      version: exactVersion(version?.replace(/^\[(.*)\]$/, '$1')),
      direct: true,
      start: match.index,
      end: match.index + whole.length,
    };
  }
}
