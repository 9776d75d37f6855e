import { UserError } from '../../model/failure.ts';
import type { GitBranch } from '../../model/machine.ts';
import { machineOf } from '../step.ts';
import { argumentOf, statusesOr, textOf, textOr, valuesOf } from './arguments.ts';
import { branchOf } from './git/published.ts';
import type { RequestSpec } from './http/request.ts';
import { CHANGED, readRequest, sendRequest } from './http/request.ts';
import type { TextStore } from './text-store.ts';

/** A file of this machine. */
export const FILE_STORE: TextStore<{ readonly file: string }> = {
  name: 'file',
  placeOf: (call) => ({ file: textOf(argumentOf(call, 'file')) }),
  show: ({ file }) => file,
  reaches: ({ file }) => `every process that reads ${file}`,
  change: ({ file }) => `write ${file} by temporary file and rename`,
  read: async ({ file }, context) => {
    const text = await machineOf(context).readText(file);
    return { text, version: '' };
  },
  write: async ({ file }, { from, to }, context) => {
    if (await machineOf(context).replaceText(file, { from: from.text, to })) return;
    throw changedMeanwhile(file);
  },
};

/** A resource that is read with GET and replaced as a whole. */
export interface HttpPlace {
  readonly url: string;
  readonly method: string;
  readonly headers: RequestSpec['headers'];
  readonly expected: readonly number[];
}

/** A document behind an HTTP interface; If-Match keeps others from being overwritten where the server gives an ETag. */
export const HTTP_STORE: TextStore<HttpPlace> = {
  name: 'http',
  placeOf: (call) => {
    const { url, method, headers } = readRequest(
      {
        value: {
          url: call.with['url'],
          method: textOr(argumentOf(call, 'method'), 'PUT'),
          headers: valuesOf(argumentOf(call, 'headers')),
        },
        where: 'with',
        call,
      },
      { method: 'PUT', expected: CHANGED },
    );
    return { url, method, headers, expected: statusesOr(argumentOf(call, 'expected'), CHANGED) };
  },
  show: ({ url }) => url,
  reaches: ({ url }) => `every verifier that gets its keys from what ${url} feeds`,
  change: ({ method, url }) => `GET and ${method} ${url}, with If-Match where it gives an ETag`,
  read: async ({ url, headers }, context) => {
    const request = { url, method: 'GET', headers, body: null, expected: [200] };
    const { body, headers: answered } = await sendRequest(request, context);
    return { text: body, version: answered['etag'] ?? '' };
  },
  write: async ({ url, method, headers, expected }, { from, to }, context) => {
    const matching = from.version === '' ? headers : { ...headers, 'if-match': from.version };
    const request = {
      url,
      method,
      headers: { 'content-type': 'application/json', ...matching },
      body: to,
      // 412: the ETag does not match any more (RFC 9110 section 15.5.13).
      expected: [...expected, 412],
    };
    const { status } = await sendRequest(request, context);
    if (status === 412) throw changedMeanwhile(url);
  },
};

export interface GitPlace extends GitBranch {
  readonly file: string;
}

/** A file on a branch, changed by a commit of its own. */
export const GIT_STORE: TextStore<GitPlace> = {
  name: 'git',
  placeOf: (call) => ({ ...branchOf(call), file: textOf(argumentOf(call, 'file')) }),
  show: ({ branch, remote, file }) => `${file} on ${remote === null ? branch : `${remote}/${branch}`}`,
  reaches: ({ branch }) => `everything that is deployed from branch ${branch}`,
  change: (place) =>
    `commit to ${GIT_STORE.show(place)}${place.remote === null ? '' : ' and push'}; no work tree is touched`,
  read: async (place, context) => {
    const { git } = machineOf(context);
    const version = await git.tip(place);
    const entry = await git.entry(place.repository, version, place.file);
    if (entry === null) {
      throw new UserError('file/missing', `${GIT_STORE.show(place)} does not exist`, {
        hint: 'name a file from the root of the repository',
      });
    }
    return { text: await git.text(place.repository, entry.blob), version };
  },
  write: async (place, { from, to, message }, context) => {
    const { git } = machineOf(context);
    const { repository, file } = place;
    const before = await git.entry(repository, from.version, file);
    const after = { mode: before?.mode ?? '100644', blob: await git.writeText(repository, to) };
    const commit = await git.commit({
      repository,
      parent: from.version,
      changes: [{ path: file, before, after }],
      message,
    });
    await git.publish(place, { from: from.version, to: commit });
  },
};

function changedMeanwhile(place: string): UserError {
  return new UserError('drill/step-failed', `${place} changed while it was edited, so it was not overwritten`, {
    hint: 'run it again when whoever writes there is done',
  });
}
