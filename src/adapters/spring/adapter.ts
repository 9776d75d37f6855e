import type { ConfigSubject } from '../../model/config.ts';
import type { ConfigDocument } from '../../source/config-document.ts';
import type { Adapter } from '../adapter.ts';
import type { DottedSettings } from '../dotted-settings.ts';
import { dottedSettings, settingsBelow } from '../dotted-settings.ts';
import { baseName } from '../library-subjects.ts';
import { AUTHORIZATION_SERVER, springClients } from './clients.ts';
import { joinOverlays } from './overlays.ts';
import { environmentVerifiers } from './environment.ts';
import { ownJwtSubjects } from './own-jwt.ts';
import { RESOURCE_SERVER, resourceServersOf } from './resource-server.ts';
import { SPRING_SETTINGS } from './settings.ts';

/** Reads what Spring Boot reads. */
export const adapter: Adapter = {
  id: 'spring',
  title: 'Spring Boot',
  role: 'resource server',
  reads:
    'YAML and properties files of Spring Boot 2 and later, their profiles, and repositories of Spring Cloud Config: the OAuth2 resource server, Spring Authorization Server, client registrations, and settings of an application’s own such as `jwt.secret`; and variables such as `SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI` in compose files, Kubernetes manifests and Helm values.',
  assumes: [
    'Beans of the application such as a JwtDecoder of its own are not seen; they take the place of these settings.',
    'A placeholder counts with its literal default, or with the value that the same document gives it; variables that another file gives to the application are not joined with it.',
    'Whether the stack is servlet or WebFlux comes from `spring.main.web-application-type`, from settings of Spring Cloud Gateway, WebFlux or MVC, or from the build file in a folder above; else it is unknown.',
  ],
  sources: [
    'https://docs.spring.io/spring-security/reference/servlet/oauth2/resource-server/jwt.html',
    'https://docs.spring.io/spring-boot/appendix/application-properties/index.html',
  ],
  settings: SPRING_SETTINGS,
  examples: [
    {
      file: 'application.yml',
      text: `spring:
  security:
    oauth2:
      resourceserver:
        jwt:
          issuer-uri: https://id.example.com
          jwk-set-uri: https://id.example.com/jwks.json
          audiences: [orders]
          jws-algorithms: [ES256]
`,
    },
    {
      file: 'application.properties',
      text: `spring.security.oauth2.resourceserver.jwt.issuer-uri=https://id.example.com
spring.security.oauth2.resourceserver.jwt.audiences=orders
`,
    },
  ],
  mayHold: (file, text) =>
    /resource-?_?server|authorization-?_?server/i.test(text) ||
    (/jwt/i.test(text) && (/^[ \t]*spring\b/m.test(text) || isNamedForSpring(file))),
  recognise: (document) => {
    const settings = springSettings(document);
    if (settings === null) return false;
    return (
      settingsBelow(settings, RESOURCE_SERVER).length > 0 ||
      settingsBelow(settings, AUTHORIZATION_SERVER).length > 0 ||
      environmentVerifiers(document).length > 0 ||
      (isSpring(settings) && ownJwtSubjects(settings).length > 0)
    );
  },
  read(document) {
    const settings = springSettings(document);
    return settings === null ? [] : subjectsIn(settings);
  },
  join: joinOverlays,
};

function springSettings(document: ConfigDocument): DottedSettings | null {
  if (document.format !== 'yaml' && document.format !== 'properties' && document.format !== 'json') return null;
  return dottedSettings(document, (name) => name.toLowerCase().replaceAll(/[-_]/g, ''));
}

function subjectsIn(settings: DottedSettings): readonly ConfigSubject[] {
  return [
    ...resourceServersOf(settings),
    ...springClients(settings),
    ...environmentVerifiers(settings.document),
    ...(isSpring(settings) ? ownJwtSubjects(settings) : []),
  ];
}

function isNamedForSpring(file: string): boolean {
  return /^(?:application|bootstrap)(?:-[^/]*)?\.(?:ya?ml|properties)/.test(baseName(file));
}

/** Settings of an application's own say nothing of the framework; that of others looks alike. */
function isSpring({ document, byName }: DottedSettings): boolean {
  const names = [...byName.keys()];
  if (names.some((name) => /^(?:["%]|quarkus\.|mp\.|smallrye\.|micronaut\.|grails\.)/.test(name))) return false;
  return names.some((name) => name.startsWith('spring.')) || isNamedForSpring(document.file);
}
