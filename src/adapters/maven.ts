import type { ConfigDocument } from '../source/config-document.ts';
import type { Adapter } from './adapter.ts';
import { isKnownLibrary } from './known-libraries.ts';
import type { NamedPackage } from './library-subjects.ts';
import { baseName, exactVersion, librariesOf } from './library-subjects.ts';
import { blankXml } from '../source/xml-blank.ts';

/** Finds verifier libraries in the build files of Java projects. */
export const adapter: Adapter = {
  id: 'maven',
  title: 'Maven and Gradle',
  role: 'dependencies',
  reads:
    'Coordinates of token libraries in `pom.xml` (properties of the same file are filled in), `build.gradle`, `build.gradle.kts` and `gradle.lockfile`.',
  assumes: [
    'A version that a parent or a bill of materials manages is not known.',
    'Dependencies that came with others are not in `pom.xml` and `build.gradle`; `gradle.lockfile` has them and does not tell which they are.',
  ],
  sources: [
    'https://maven.apache.org/pom.html#Dependencies',
    'https://docs.gradle.org/current/userguide/dependency_locking.html',
  ],
  settings: [],
  examples: [
    {
      file: 'pom.xml',
      text: `<project>
  <dependencies>
    <dependency>
      <groupId>com.auth0</groupId>
      <artifactId>java-jwt</artifactId>
      <version>4.5.0</version>
    </dependency>
  </dependencies>
</project>
`,
    },
  ],
  mayHold: (file, text) =>
    /^pom\.xml$|^build\.gradle(?:\.kts)?$|\.lockfile$/.test(baseName(file)) && /jwt|jose|jwks|oauth2|oidc/.test(text),
  recognise: (document) => adapter.read(document).length > 0,
  read: (document) => librariesOf(adapter.id, 'maven', document, packagesOf(document)),
};

function* packagesOf({ file, text }: ConfigDocument): Generator<NamedPackage> {
  const name = baseName(file);
  if (name === 'pom.xml') yield* ofPom(text);
  else if (name.endsWith('.lockfile')) yield* ofLines(text, LOCK_LINE, null);
  else yield* ofLines(text, GRADLE_LINE, true);
}

function* ofPom(text: string): Generator<NamedPackage> {
  // Comments and exclusions name what is not used; they are blanked so that positions hold.
  const plain = blankXml(text, ['exclusions']);
  const properties = propertiesIn(plain);
  for (const { body, start, end } of dependenciesIn(plain)) {
    const group = tag(body, 'groupId');
    const artifact = tag(body, 'artifactId');
    if (group === null || artifact === null) continue;
    const name = `${group}:${artifact}`;
    yield {
      name,
      version: isKnownLibrary('maven', name)
        ? exactVersion(filled(tag(body, 'version'), properties) ?? undefined)
        : null,
      direct: true,
      start,
      end,
    };
  }
}

interface Dependency {
  readonly body: string;
  readonly start: number;
  readonly end: number;
}

function* dependenciesIn(text: string): Generator<Dependency> {
  for (let start = text.indexOf(OPEN); start >= 0;) {
    const close = text.indexOf(CLOSE, start);
    if (close < 0) return;
    const end = close + CLOSE.length;
    yield { body: text.slice(start + OPEN.length, close), start, end };
    start = text.indexOf(OPEN, end);
  }
}

const OPEN = '<dependency>';
const CLOSE = '</dependency>';

function tag(text: string, name: string): string | null {
  const open = text.indexOf(`<${name}>`);
  const close = text.indexOf(`</${name}>`, open);
  return open < 0 || close < 0 ? null : text.slice(open + name.length + 2, close).trim();
}

/** `${jwt.version}` from the properties of the same file, one step deep. */
function filled(version: string | null, properties: ReadonlyMap<string, string>): string | null {
  const property = version === null ? null : (/^\$\{([\w.-]+)\}$/.exec(version)?.[1] ?? null);
  return property === null ? version : (properties.get(property) ?? null);
}

/** Texts of all elements that hold nothing else, the first of each name. */
function propertiesIn(text: string): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(/<([\w.-]+)>([^<]*)<\/\1>/g)) {
    if (!properties.has(name)) properties.set(name, value.trim());
  }
  return properties;
}

/** `com.nimbusds:nimbus-jose-jwt:9.37.3=compileClasspath`. */
const LOCK_LINE = /^([\w.-]+:[\w.-]+):([\w.+-]+)=/gm;
/** `implementation("com.auth0:java-jwt:4.4.0")`, with either quotation mark and without a version too. */
const GRADLE_LINE =
  /^[ \t]*(?:implementation|api|runtimeOnly|compileOnly)[ \t(]*['"]([\w.-]+:[\w.-]+)(?::([\w.+${}-]+))?['"]/gm;

function* ofLines(text: string, line: RegExp, direct: boolean | null): Generator<NamedPackage> {
  for (const match of text.matchAll(line)) {
    const [whole, name = '', version] = match;
    const start = match.index + whole.length - whole.trimStart().length;
    yield { name, version: exactVersion(version), direct, start, end: match.index + whole.length };
  }
}
