import type { Schema } from './parts.ts';
import { URL_PATTERN, choice, defined, listOf, mapOf, members, text, whole } from './parts.ts';

/** Reads a value and says where a secret is. Only one of the two may be given, which the action checks. */
const SECRET: Schema = members('Where a secret is: one of the two.', {
  env: text('Environment variable.', { examples: ['REDIS_PASSWORD'] }),
  file: text('File that holds it and nothing else.', { examples: ['/run/secrets/redis'] }),
});

const VALUES: Schema = mapOf('Texts, or where secrets are, by name.', {
  type: ['string', 'object'],
  description: 'Text, or { env: NAME } or { file: PATH }.',
});

const STATUSES: Schema = listOf('HTTP statuses.', whole('Status.', 100, 599), { minItems: 1 });

const REQUEST_MEMBERS: Readonly<Record<string, Schema>> = {
  method: text('HTTP method in capitals.', { examples: ['POST'] }),
  url: text('Address; {value} stands for the identifier of the canary.', { pattern: URL_PATTERN }),
  headers: VALUES,
  body: { type: ['string', 'object', 'array'], description: 'Text, or a value that is sent as JSON.' },
  expected: STATUSES,
};

const REQUEST: Schema = members('One HTTP request.', REQUEST_MEMBERS, ['url']);

const CHECK: Schema = members(
  'A request that tells whether anything is left.',
  { ...REQUEST_MEMBERS, undone: STATUSES },
  ['url'],
);

const ARGV: Schema = listOf('Program and arguments, without a shell.', { type: 'string' }, { minItems: 1 });

const INSTRUCTION: Schema = members(
  'What a person is asked.',
  { text: text('What to do.'), confirm: text('Word that is typed when it is done.', { default: 'done' }) },
  ['text'],
);

const REASON: Schema = text('Why nothing is put back, with undo: none.');

/** Which token an entry names. */
const CANARY: Readonly<Record<string, Schema>> = {
  of: text('Credential that this run mints.', { examples: ['canary'] }),
  type: choice('Claim that names it; sub and client_id must be those of a user or client of this run.', [
    'jti',
    'sid',
    'sub',
    'client_id',
  ]),
};

const BRANCH: Readonly<Record<string, Schema>> = {
  repository: text('Folder of the repository.', { default: '.' }),
  branch: text('Branch.', { examples: ['main'] }),
  remote: text('Remote to push to; without it the branch of the repository itself is moved.', { examples: ['origin'] }),
};

const KEY: Schema = text('Credential with the role key.');

const KEY_SET: Readonly<Record<string, Schema>> = {
  file: members('A key set on disk.', { key: KEY, file: text('Its file.') }, ['key', 'file']),
  http: members(
    'A key set behind HTTP.',
    {
      key: KEY,
      url: REQUEST_MEMBERS['url'] ?? {},
      method: REQUEST_MEMBERS['method'] ?? {},
      headers: VALUES,
      expected: STATUSES,
    },
    ['key', 'url'],
  ),
  git: members('A key set on a branch.', { key: KEY, ...BRANCH, file: text('Its file.') }, ['key', 'branch', 'file']),
};

/** Which Keycloak, and as whom. */
const KEYCLOAK: Readonly<Record<string, Schema>> = {
  server: text('Base URL of Keycloak.', { examples: ['https://keycloak.example.com'] }),
  realm: text('Realm; what a drill changes in it must carry the attribute firebreak.drill.'),
  client: text('Client of the realm whose service account may manage it.'),
  secret: SECRET,
};

const KEYCLOAK_NEEDS: readonly string[] = ['server', 'realm', 'client', 'secret'];

/** A request or a program that undoes, or the word none. */
function undoBy(type: 'object' | 'array'): Schema {
  return { type: ['string', type], description: 'What puts it back, or none with a reason.' };
}

/** Arguments of each action that is strict about them, by the name that `uses` gives it. */
const ACTIONS: Readonly<Record<string, Schema>> = {
  ...Object.fromEntries(
    Object.entries(KEY_SET).flatMap(([store, schema]) => [
      [`jwks.${store}.add_key`, schema],
      [`jwks.${store}.remove_key`, schema],
    ]),
  ),
  'denylist.redis.add': members(
    'A key of Redis.',
    {
      ...CANARY,
      server: text('Server and database.', { examples: ['rediss://redis.example.com:6379/0'] }),
      user: text('User, where Redis has users.'),
      password: SECRET,
      tls: members('TLS of a rediss:// server.', { ca: text('PEM file that replaces the authorities of the system.') }),
      entry: text('Name of the key.', { default: 'firebreak:revoked:{type}:{value}' }),
      content: text('Content of the key.', { default: '1' }),
    },
    ['of', 'type', 'server'],
  ),
  'denylist.haproxy.add': members(
    'An entry of a map of HAProxy.',
    {
      ...CANARY,
      socket: text('Path of the socket of the runtime API, or host:port.'),
      map: text('File of the map as the configuration has it, or #number.'),
      content: text('Value of the entry.', { default: '1' }),
    },
    ['of', 'type', 'socket', 'map'],
  ),
  'denylist.file.add': members(
    'An entry of a list in a file.',
    {
      ...CANARY,
      file: text('The file.'),
      format: choice('Kind of list.', ['lines', 'json'], { default: 'lines' }),
      entry: text('The line or item.', { default: '{value}' }),
    },
    ['of', 'type', 'file'],
  ),
  'denylist.http.add': members(
    'An entry of a list behind HTTP.',
    { ...CANARY, add: defined('request'), remove: defined('request'), check: defined('check') },
    ['of', 'type', 'add', 'remove', 'check'],
  ),
  'oauth.revoke': members('A token that is revoked at the issuer; one of the two.', {
    of: text('Access token that the issuer has given to this run.', { examples: ['canary'] }),
    grant: text('Credential with the role grant, whose refresh token is revoked.'),
  }),
  'oauth.introspect': members(
    'A token that the issuer is asked about.',
    { of: text('Access token that the issuer has given to a client of this run.', { examples: ['canary'] }) },
    ['of'],
  ),
  'keycloak.push_not_before': members(
    'Tokens from before now that Keycloak refuses.',
    { ...KEYCLOAK, target: text('Client whose tokens are meant; without it those of the whole realm.') },
    KEYCLOAK_NEEDS,
  ),
  'keycloak.disable_client': members('A client that is disabled.', { ...KEYCLOAK, target: text('The client.') }, [
    ...KEYCLOAK_NEEDS,
    'target',
  ]),
  'keycloak.disable_key': members(
    'A key that is disabled.',
    { ...KEYCLOAK, of: text('Access token of this run that the key has signed.', { examples: ['canary'] }) },
    [...KEYCLOAK_NEEDS, 'of'],
  ),
  'keycloak.rotate_key': members(
    'A new key that signs.',
    { ...KEYCLOAK, algorithm: choice('Its algorithm.', ['ES256', 'RS256']) },
    [...KEYCLOAK_NEEDS, 'algorithm'],
  ),
  'keycloak.revoke_sessions': members(
    'A user whose sessions end.',
    { ...KEYCLOAK, user: text('Name of the user.', { examples: ['fbcanary-user'] }) },
    [...KEYCLOAK_NEEDS, 'user'],
  ),
  'git.commit': members(
    'A change of one file by a commit.',
    {
      ...CANARY,
      ...BRANCH,
      file: text('The file, from the root of the repository.'),
      content: text('The whole text; or append.'),
      append: text('Text that is added at its end; or content.'),
      message: text('Message of the commit.'),
    },
    ['branch', 'file'],
  ),
  'git.revert': members(
    'The revert of a commit.',
    { ...BRANCH, commit: text('Commit of the branch; the last one when absent.'), message: text('Message.') },
    ['branch'],
  ),
  http: members(
    'A request and what undoes it.',
    { ...CANARY, request: defined('request'), undo: undoBy('object'), check: defined('check'), reason: REASON },
    ['request', 'undo'],
  ),
  exec: members(
    'A program and what undoes it.',
    { ...CANARY, argv: ARGV, undo: undoBy('array'), check: ARGV, env: VALUES, reason: REASON },
    ['argv', 'undo'],
  ),
  manual: members(
    'What a person is asked to do and to put back.',
    {
      ...CANARY,
      text: text('What to do.'),
      confirm: text('Word that is typed when it is done.', { default: 'done' }),
      undo: { ...INSTRUCTION, type: ['string', 'object'] },
      reason: REASON,
    },
    ['text', 'undo'],
  ),
  plugin: members(
    'A program that speaks the protocol of drill actions.',
    {
      ...CANARY,
      argv: ARGV,
      env: VALUES,
      with: { type: 'object', description: 'Handed to the program as it is.' },
    },
    ['argv'],
  ),
};

/** Members that say which credential of the run an action is about. */
const OF_CREDENTIAL: readonly string[] = ['of', 'type', 'key'];

/** Definitions that the arguments of actions refer to. */
export const ACTION_DEFINITIONS: Readonly<Record<string, Schema>> = { request: REQUEST, check: CHECK };

/** For each strict action: what its `with` must look like. */
export const ACTION_BRANCHES: readonly Schema[] = branchesOf(ACTIONS);

/** The same for responses to a leak, whose credential is the one that leaked: they name none. */
export const RESPONSE_BRANCHES: readonly Schema[] = branchesOf(
  Object.fromEntries(
    Object.entries(ACTIONS)
      .filter(([uses]) => !uses.endsWith('.add_key'))
      .map(([uses, schema]) => [uses, withoutCredential(schema)]),
  ),
);

function withoutCredential(schema: Schema): Schema {
  const { properties, required, ...rest } = schema;
  const kept = Object.entries(Object(properties)).filter(([name]) => !OF_CREDENTIAL.includes(name));
  const needed = Array.isArray(required) ? required.filter((name) => !OF_CREDENTIAL.includes(String(name))) : [];
  return { ...rest, properties: Object.fromEntries(kept), ...(needed.length > 0 ? { required: needed } : {}) };
}

function branchesOf(actions: Readonly<Record<string, Schema>>): readonly Schema[] {
  return Object.entries(actions).map(([uses, schema]) => ({
    if: { type: 'object', properties: { uses: { const: uses } }, required: ['uses'] },
    // Without `required` a missing `with` would pass.
    // oxlint-disable-next-line no-thenable -- the keyword of JSON Schema
    then: { type: 'object', properties: { with: schema }, required: ['with'] },
  }));
}
