import type { ConfigDocument, ConfigFormat, LeaveOut } from './config-document.ts';
import { readHclConfig, readTerraformJson } from './config-hcl.ts';
import { readEnvConfig } from './config-env.ts';
import { readLinesConfig } from './config-lines.ts';
import { readJsonConfig } from './config-json.ts';
import { readNginxConfig } from './config-nginx.ts';
import { readPropertiesConfig } from './config-properties.ts';
import { readTextConfig } from './config-text.ts';
import { readTomlConfig } from './config-toml.ts';
import { readYamlConfig } from './config-yaml.ts';

interface FormatReader {
  readonly format: ConfigFormat;
  /** By the name of the file without its folders, in lower case. */
  readonly named: RegExp;
  /** What the text must hold too, where a name like `.cfg` or `.conf` says little. */
  readonly holds?: RegExp;
  readonly read: (file: string, text: string, leaveOut: LeaveOut) => readonly ConfigDocument[];
}

/** Readers by file name; the first that matches is used. A new grammar is one file and one line here. */
const READERS: readonly FormatReader[] = [
  {
    format: 'text',
    // Manifests and lock files are searched line by line: whole ones have megabytes.
    named:
      /^(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|go\.mod|[\w.-]*requirements[\w.-]*\.txt|poetry\.lock|uv\.lock|pipfile\.lock|pom\.xml|[\w.-]*\.lockfile|build\.gradle(?:\.kts)?|packages\.lock\.json|[\w.-]+\.[cf]sproj|directory\.packages\.props)$/,
    read: readTextConfig,
  },
  {
    format: 'hcl',
    named: /\.(?:tf|tfvars)\.json(?:\.tmpl)?$/,
    read: readTerraformJson,
  },
  {
    format: 'hcl',
    named: /\.(?:tf|tfvars|hcl)(?:\.(?:tmpl|tpl|j2|erb))?$/,
    read: readHclConfig,
  },
  {
    format: 'json',
    named: /\.(?:json|jsonc)(?:\.tmpl)?$/,
    read: readJsonConfig,
  },
  {
    format: 'yaml',
    named: /\.(?:ya?ml|lock\.yaml)(?:\.(?:tmpl|tpl|j2|erb|gotmpl))?$/,
    read: (file, text, leaveOut) => readYamlConfig(file, text, 'yaml', leaveOut),
  },
  {
    format: 'properties',
    named: /\.properties(?:\.(?:tmpl|tpl|j2|erb|template|example|sample|dist))?$/,
    read: readPropertiesConfig,
  },
  {
    format: 'ini',
    // RabbitMQ's own: a setting to a line, with dotted names.
    named: /\.conf(?:\.(?:tmpl|tpl|template|j2|erb|example|sample))?$/,
    holds: /^[ \t]*auth_oauth2\.\w/m,
    read: (file, text, leaveOut) => readLinesConfig(file, text, 'ini', leaveOut),
  },
  {
    format: 'httpd',
    named: /(?:^\.htaccess|\.(?:conf|cfg|vhost|httpd|apache2?))(?:\.(?:tmpl|tpl|template|j2|erb))?$/,
    holds:
      /^[ \t]*(?:<(?:VirtualHost|Location|LocationMatch|Directory|IfModule|IfDefine|Proxy|Macro)\b|(?:OIDC|OAuth2)[A-Z]\w*[ \t])/im,
    read: (file, text, leaveOut) => readLinesConfig(file, text, 'httpd', leaveOut),
  },
  {
    // Before HAProxy: both have `listen`, only nginx ends it with a semicolon.
    format: 'nginx',
    named: /\.(?:conf|server_conf|nginx|vhost)(?:\.(?:tmpl|tpl|template|j2|erb))?$/,
    holds: /^[ \t]*[a-z][a-z0-9_]*[ \t].*;[ \t]*(?:#.*)?\r?$/m,
    read: readNginxConfig,
  },
  {
    format: 'haproxy',
    named: /\.(?:cfg|conf)(?:\.(?:tmpl|j2|erb))?$/,
    holds: /^[ \t]*(?:frontend|listen|backend|defaults)\b/m,
    read: (file, text, leaveOut) => readLinesConfig(file, text, 'haproxy', leaveOut),
  },
  {
    format: 'toml',
    named: /\.toml(?:\.(?:tmpl|tpl|j2|erb|gotmpl|example|sample))?$/,
    read: readTomlConfig,
  },
  {
    format: 'toml',
    // oauth2-proxy's file has this ending; what is no TOML gives nothing.
    named: /\.cfg(?:\.(?:tmpl|tpl|j2|erb|gotmpl|example|sample))?$/,
    holds: /^[ \t]*[\w-]+[ \t]*=[ \t]*(?:["'[]|true|false|\d|\{|<|\$)/m,
    read: readTomlConfig,
  },
  {
    format: 'ini',
    // PostgREST's file has names in kebab case.
    named: /\.conf(?:\.(?:tmpl|tpl|j2|erb|gotmpl|example|sample))?$/,
    holds: /^[ \t]*(?:jwt-secret|db-uri|db-anon-role|db-schemas?)[ \t]*=/m,
    read: (file, text, leaveOut) => readEnvConfig(file, text, 'ini', leaveOut),
  },
  {
    format: 'env',
    named: /(?:^|\.)env(?:rc|(?:\.[\w-]+)*)$/,
    read: (file, text, leaveOut) => readEnvConfig(file, text, 'env', leaveOut),
  },
];

/** Which grammar a file is read with; null when none is known for it. */
export function configFormatOf(file: string, text: string): ConfigFormat | null {
  return readerOf(file, text)?.format ?? null;
}

/**
 * Reads a configuration file of another product, with positions. What cannot be read gives no documents: whether that
 * matters, only the caller knows.
 *
 * @param leaveOut told of what is not read for its cost alone
 */
export function parseConfig(
  file: string,
  text: string,
  leaveOut: LeaveOut = () => undefined,
): readonly ConfigDocument[] {
  return (readerOf(file, text)?.read(file, text, leaveOut) ?? []).map((document) => ({ ...document, leaveOut }));
}

function readerOf(file: string, text: string): FormatReader | undefined {
  const name = file.slice(file.lastIndexOf('/') + 1).toLowerCase();
  return READERS.find(({ named, holds }) => named.test(name) && (holds === undefined || holds.test(text)));
}
