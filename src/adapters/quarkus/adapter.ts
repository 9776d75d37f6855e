import type { ConfigSubject } from '../../model/config.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { Adapter } from '../adapter.ts';
import type { DottedSettings } from '../dotted-settings.ts';
import { dottedSettings } from '../dotted-settings.ts';
import { smallryeSubjects } from './jwt.ts';
import { oidcTenantsOf } from './oidc.ts';
import type { ProfiledSettings } from './profiles.ts';
import { besideBase, joinProfiles, profilesOf } from './profiles.ts';
import { OIDC_SETTINGS, SMALLRYE_SETTINGS } from './settings.ts';

const OURS = /^(?:%[^.]+\.)?(?:quarkus\.oidc\.|mp\.jwt\.|smallrye\.jwt\.)/;

/** Reads Quarkus OIDC and MicroProfile JWT. */
export const adapter: Adapter = {
  id: 'quarkus',
  title: 'Quarkus OIDC and SmallRye JWT',
  role: 'resource server',
  reads:
    '`application.properties` and `application.yml` of Quarkus 3 with their profiles (`%prod.` and `application-prod`), and `microprofile-config.properties`: `quarkus.oidc` with its tenants, `mp.jwt.verify` and `smallrye.jwt`.',
  assumes: [
    'Environment variables and other config sources are not seen; a placeholder counts with its literal default.',
    'A TenantConfigResolver or a key resolver in code is not seen.',
    'The issuer that discovery names is the `auth-server-url`, as OpenID Connect Discovery 1.0 section 4.3 demands.',
  ],
  sources: [
    'https://quarkus.io/guides/security-oidc-configuration-properties-reference',
    'https://smallrye.io/docs/smallrye-jwt/configuration.html',
  ],
  settings: [...OIDC_SETTINGS, ...SMALLRYE_SETTINGS],
  examples: [
    {
      file: 'application.properties',
      text: `quarkus.oidc.auth-server-url=https://id.example.com/realms/shop
quarkus.oidc.client-id=orders
quarkus.oidc.token.audience=orders
quarkus.oidc.token.signature-algorithm=ES256
`,
    },
    {
      file: 'application.properties',
      text: `mp.jwt.verify.publickey.location=https://id.example.com/jwks.json
mp.jwt.verify.issuer=https://id.example.com
mp.jwt.verify.audiences=orders
smallrye.jwt.jwks.refresh-interval=5
`,
    },
  ],
  mayHold: (_file, text) =>
    /\boidc\b|\bmp\.jwt\.|\bsmallrye\b/.test(text) || (/\bmp\b/.test(text) && /\bjwt\b/.test(text)),
  recognise(document) {
    const settings = quarkusSettings(document);
    return settings !== null && [...settings.byName.keys()].some((name) => OURS.test(name));
  },
  read(document) {
    const settings = quarkusSettings(document);
    if (settings === null) return [];
    const [base, ...profiles] = profilesOf(settings);
    if (base === undefined) return [];
    const subjects = subjectsIn(base);
    return [
      ...subjects,
      ...profiles
        .filter(({ own }) => [...own].some((name) => OURS.test(name)))
        .flatMap(subjectsIn)
        .flatMap((subject) => {
          const base = subjects.find(({ kind, name }) => kind === subject.kind && name === subject.name);
          return besideBase(subject, base);
        }),
    ];
  },
  join: joinProfiles,
};

function quarkusSettings(document: ConfigDocument): DottedSettings | null {
  if (document.format !== 'yaml' && document.format !== 'properties') return null;
  // Names of tenants may stand in quotes, and a value beside a mapping has the key ~ in YAML.
  return dottedSettings(document, (name) => name.replaceAll('"', '').replace(/\.~$/, ''));
}

function subjectsIn({ profile, settings }: ProfiledSettings): readonly ConfigSubject[] {
  return [...oidcTenantsOf(settings), ...smallryeSubjects(settings)].map((subject) => ({ ...subject, profile }));
}
