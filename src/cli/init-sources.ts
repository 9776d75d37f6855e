import { posix, relative, resolve, sep } from 'node:path';
import { ADAPTERS } from '../adapters/registry.ts';
import { historyFileName } from '../audit/issuer-urls.ts';
import { roundLine } from '../audit/round.ts';
import { runRound } from '../audit/run-round.ts';
import { issuerIn } from '../infer/issuer-in.ts';
import type { EstateRead } from '../lint/read-estate.ts';
import { readEstate } from '../lint/read-whole.ts';
import { UserError } from '../model/failure.ts';
import type { FetchedDocument } from '../model/ports.ts';
import { createDocumentFetcher } from '../system/document-fetcher.ts';
import { loadFiles } from './load.ts';

/** Where rounds are kept, as `firebreak audit` does. */
const HISTORY_FOLDER = 'jwks-history';

/** Enough to see what is served; replicas that disagree are for the audit to find. */
const FETCHES = 2;

/** One text to infer from; `file` is relative to the folder that is set up. */
export interface SourceText {
  readonly file: string;
  readonly text: string;
}

export interface Sources {
  readonly files: readonly SourceText[];
  /** What issuers answered just now: the first round of their histories. */
  readonly histories: readonly SourceText[];
}

export interface SourceOptions {
  /** The folder that is set up. */
  readonly folder: string;
  readonly now: number;
  /** Hosts, addresses and networks that may be asked though they are not public. */
  readonly allow: readonly string[];
}

/**
 * Reads what `--from` names: configuration files, folders of them, and issuers by their URLs, which are asked over the
 * network because the command line says so.
 *
 * @throws UserError usage/bad-argument for what nobody recognises, http/unexpected for what is no issuer, file/*
 */
export async function readSources(sources: readonly string[], options: SourceOptions): Promise<Sources> {
  const urls = sources.filter(isHttp);
  const paths = sources.filter((source) => !isHttp(source));
  const loaded = paths.length === 0 ? [] : await loadFiles(paths);
  const files = loaded.map(({ file, text }) => ({ file: fromFolder(file, options.folder), text }));
  const named = new Set(loaded.filter((each) => each.named).map(({ file }) => fromFolder(file, options.folder)));
  refuseUnknown(readEstate(files, { now: options.now }), named);
  const histories: SourceText[] = [];
  for (const url of new Set(urls)) histories.push(await askIssuer(url, options));
  return { files, histories };
}

function isHttp(source: string): boolean {
  return /^https?:\/\//i.test(source);
}

/** The path from the folder that is set up: findings and references are written as seen from there. */
function fromFolder(file: string, folder: string): string {
  return relative(resolve(folder), resolve(file)).split(sep).join(posix.sep);
}

/** A file that somebody named must be one that is known; in a folder others are expected. */
function refuseUnknown({ texts }: EstateRead, named: ReadonlySet<string>): void {
  const unknown = [...named].filter((file) => texts.get(file) === undefined);
  if (unknown.length === 0) return;
  throw new UserError('usage/bad-argument', `${unknown.join(', ')}: no configuration that is known here`, {
    hint: `known are the URL of an issuer, recorded metadata and key sets, and files of ${ADAPTERS.map(({ title }) => title).join(', ')}`,
  });
}

async function askIssuer(url: string, { now, allow }: SourceOptions): Promise<SourceText> {
  if (!URL.canParse(url)) {
    throw new UserError('usage/bad-argument', `--from "${url}" is no URL`, { hint: 'write https://id.example.com' });
  }
  const { username, password, search, hash } = new URL(url);
  if (username !== '' || password !== '' || search !== '' || hash !== '') {
    throw new UserError('usage/bad-argument', '--from takes an issuer without credentials, query and fragment', {
      hint: 'write https://id.example.com/realms/shop (RFC 8414 section 2)',
    });
  }
  const asked = url.replace(/\/\.well-known\/(?:openid-configuration|oauth-authorization-server)$/, '');
  const audited = { issuer: asked, jwksUri: null, environment: null };
  const answers = await runRound(audited, createDocumentFetcher(allow), { fetches: FETCHES, time: now });
  const documents = answers.discovery.map(({ answer }) => answer);
  const issuer = documents.map(issuerIn).find((name) => name !== null) ?? null;
  if (issuer === null) throw notAnIssuer(asked, documents);
  if (plain(issuer) !== plain(asked)) {
    throw new UserError('http/unexpected', `${asked} answers as issuer ${JSON.stringify(issuer.slice(0, 200))}`, {
      hint: 'name the issuer as its tokens do: the two must be equal (RFC 8414 section 3.3)',
    });
  }
  const line = roundLine({ ...audited, issuer }, answers);
  return { file: `${HISTORY_FOLDER}/${historyFileName(issuer)}`, text: `${line}\n` };
}

function notAnIssuer(url: string, documents: readonly FetchedDocument[]): UserError {
  const failed = documents.flatMap((answer) => (answer.ok ? [] : [answer]));
  const refused = failed.find(({ fault }) => fault === 'not-allowed');
  if (refused !== undefined) {
    return new UserError('http/unreachable', `${url} was not asked: ${refused.message}`, {
      hint: `if it is yours, allow it: --allow ${new URL(url).hostname.replace(/^\[|\]$/g, '')}`,
    });
  }
  const [first] = failed;
  return first === undefined
    ? new UserError('http/unexpected', `${url} answers, but not with the metadata of an issuer`, {
        hint: 'name the issuer, not the address of its key set or log-in page',
      })
    : new UserError('http/unreachable', `${url} is no issuer that answers: ${first.message}`, {
        hint: 'its metadata is below /.well-known/openid-configuration or /.well-known/oauth-authorization-server; firebreak doctor shows what this machine lacks',
      });
}

/** A slash at the end is what people leave out. */
function plain(issuer: string): string {
  return issuer.replace(/(?<!\/)\/+$/, '');
}
