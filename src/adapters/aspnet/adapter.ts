import type { ConfigFact, ConfigSubject } from '../../model/config.ts';
import { knownValue } from '../../model/config.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { Adapter } from '../adapter.ts';
import { NO_AUDIENCE, readSection } from './read.ts';
import { sectionsOf } from './section.ts';
import { CHECK_SETTINGS, FETCH_SETTINGS, ISSUER_SETTINGS } from './settings.ts';
import { child, members, rootOf } from '../config-node.ts';
import { folderOf } from '../../model/location.ts';

/** Reads what the settings files of ASP.NET Core say about bearer tokens. */
export const adapter: Adapter = {
  id: 'aspnet',
  title: 'ASP.NET Core JwtBearer',
  role: 'resource server',
  reads:
    '`appsettings.json` and `appsettings.<Environment>.json`: sections of Authentication:Schemes, sections that code binds to JwtBearerOptions, Microsoft.Identity.Web, Keycloak, and sections with a shared secret, issuer and audience. A file for an environment is laid over the base in the same folder.',
  assumes: [
    'What `Program.cs` sets is not seen: defaults hold unless the file says otherwise, and a value that is written is used.',
    'Environment variables, user secrets and key vaults are not seen; an empty value counts as filled in there.',
    'The issuers that Microsoft.Identity.Web takes for a tenant are not worked out; a section with client credentials and no audience is taken for a program that only asks for tokens.',
  ],
  sources: [
    'https://learn.microsoft.com/aspnet/core/security/authentication/configure-jwt-bearer-authentication',
    'https://github.com/dotnet/aspnetcore/tree/main/src/Security/Authentication/JwtBearer',
    'https://github.com/AzureAD/azure-activedirectory-identitymodel-extensions-for-dotnet',
  ],
  settings: [...CHECK_SETTINGS, ...FETCH_SETTINGS, ...ISSUER_SETTINGS],
  examples: [
    {
      file: 'appsettings.json',
      text: `{
  "AllowedHosts": "*",
  "Authentication": {
    "Schemes": {
      "Bearer": {
        "Authority": "https://id.example.com",
        "ValidAudience": "orders"
      }
    }
  }
}
`,
    },
    {
      file: 'appsettings.Production.json',
      note: 'A section that code binds.',
      text: `{
  "Jwt": {
    "Key": "\${JWT_KEY}",
    "Issuer": "https://shop.example.com",
    "Audience": "shop",
    "ExpiryMinutes": 15
  }
}
`,
    },
  ],
  mayHold: (file, text) =>
    (isSettingsFile(file) || (file.endsWith('.json') && /"(?:LogLevel|AllowedHosts|Serilog|Kestrel)"/.test(text))) &&
    /"[\w:.-]*(?:Authority|MetadataAddress|Issuers?|Audiences?|TenantId|RequireHttpsMetadata|auth-server-url|AuthServerUrl|TokenValidationParameters|Key|Secret)"\s*:/i.test(
      text,
    ),
  recognise: (document) => isDotnet(document) && sectionsOf(rootOf(document), isOverlay(document)).length > 0,
  read: (document) =>
    sectionsOf(rootOf(document), isOverlay(document)).flatMap((section) => readSection(section, profileOf(document))),
  join: (subjects) => subjects.flatMap((subject) => laidOver(subject, subjects)),
};

function isSettingsFile(file: string): boolean {
  return /(?:^|\/)appsettings(?:\.[\w-]+)*\.json$/i.test(file);
}

/** The environment in the name of a file: `appsettings.Staging.json`. */
function profileOf({ file }: ConfigDocument): string | null {
  return /(?:^|\/)appsettings\.([\w-]+(?:\.[\w-]+)*)\.json$/i.exec(file)?.[1] ?? null;
}

function isOverlay(document: ConfigDocument): boolean {
  return profileOf(document) !== null;
}

function isDotnet(document: ConfigDocument): boolean {
  if (document.format !== 'json') return false;
  const root = rootOf(document);
  return (
    isSettingsFile(document.file) ||
    child(root, 'Logging', 'LogLevel') !== null ||
    members(root).some(([key]) => ['AllowedHosts', 'Serilog', 'Kestrel'].includes(key))
  );
}

/** An overlay with what it leaves to its base; dropped when it holds too little and there is no base. */
function laidOver(subject: ConfigSubject, all: readonly ConfigSubject[]): readonly ConfigSubject[] {
  if (subject.profile === null) return [subject];
  const base = all.find(
    ({ kind, name, profile, file }) =>
      profile === null && kind === subject.kind && name === subject.name && folderOf(file) === folderOf(subject.file),
  );
  if (base === undefined) return saysEnough(subject) ? [subject] : [];
  if (subject.kind === 'verifier' && base.kind === 'verifier') {
    const isSame = subject.product?.id === base.product?.id;
    return [{ ...subject, product: isSame ? subject.product : base.product, facts: merged(base.facts, subject.facts) }];
  }
  if (subject.kind === 'issuer' && base.kind === 'issuer') {
    return [{ ...subject, facts: merged(base.facts, subject.facts) }];
  }
  return [subject];
}

function saysEnough({ kind, facts, secrets }: ConfigSubject): boolean {
  if (secrets.length > 0) return true;
  if (kind === 'issuer') return isKnown(facts.issuer);
  return kind === 'verifier' && [facts.issuers, facts.audiences, facts.discoveryUrl].some(isKnown);
}

function isKnown(fact: ConfigFact<unknown> | undefined): boolean {
  return fact !== undefined && fact.origin !== 'unknown';
}

type Facts = Readonly<Record<string, ConfigFact<unknown> | undefined>>;

/** What the overlay writes wins; what it only leaves out does not. */
function merged<Known extends Facts>(base: Known, over: Known): Known {
  const written = Object.entries(over).filter(
    ([name, fact]) => fact !== undefined && isWritten(fact) && !isImplied(name, fact, base),
  );
  return { ...base, ...Object.fromEntries(written) };
}

function isWritten({ origin }: ConfigFact<unknown>): boolean {
  return origin !== 'default' && origin !== 'platform';
}

/** Facts that a section has because another member is missing in it, and that the base knows better. */
function isImplied(name: string, fact: ConfigFact<unknown>, base: Facts): boolean {
  if (name === 'keySource') return knownValue(fact) !== knownValue(base[name]);
  if (name === 'tlsVerified') return isKnown(base['discoveryUrl']);
  if (name === 'audiences') return fact.origin === 'unknown' && fact.source === NO_AUDIENCE;
  // A metadata address, or an issuer, that is written comes before what follows from an Authority.
  return ['issuers', 'discoveryUrl'].includes(name) && fact.origin === 'derived' && base[name]?.origin === 'explicit';
}
