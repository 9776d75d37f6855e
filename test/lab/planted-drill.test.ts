/** A real drill whose program, HTTP answers and environment are full of secrets; no byte that it writes may hold one. */
import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatsOf } from '../../src/report/formats.ts';
import { firebreak, folderWith } from '../cli/command.ts';

/** Characters that every encoding writes differently. */
const SECRET = `pw/+"&${randomBytes(18).toString('base64url')}ü`;
const ANSWER = randomBytes(24).toString('hex');

let server: Server;
let folder: ReturnType<typeof folderWith>;

beforeAll(async () => {
  server = createServer((request, response) => {
    const received = request.headers.authorization ?? '';
    response.setHeader('x-session', ANSWER);
    // Whoever answers says everything again.
    response.writeHead(request.url === '/broken' ? 500 : 200).end(JSON.stringify({ received, access_token: ANSWER }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  folder = folderWith({
    'policies/lab.yaml': readFileSync('policies/lab.yaml', 'utf8'),
    'policies/lab-inventory.yaml': readFileSync('policies/lab-inventory.yaml', 'utf8'),
    'drills/talks.yaml': drillWith('process.exit(0)', '/fine'),
    'drills/fails.yaml': drillWith('process.exit(7)', '/broken'),
    'secret.txt': `Bearer ${encodeURIComponent(SECRET)}`,
  });
});

afterAll(() => {
  server.close();
  folder.remove();
});

/** Prints its secret in each way that programs have, inside of other text, on both streams. */
function drillWith(end: string, path: string): string {
  const { port } = server.address() as AddressInfo;
  const program = `const s = process.env.TOKEN; const b = (t, e) => Buffer.from(t).toString(e); const all = [s, JSON.stringify({ s }), encodeURIComponent(s), b(s, 'hex'), ...['', 'u', 'u:'].flatMap((p) => [b(p + s + '!', 'base64'), b(p + s, 'base64url')])].join(' '); console.log(all); console.error(all); ${end}`;
  const request = `{ method: POST, url: 'http://127.0.0.1:${port}${path}', headers: { authorization: { file: secret.txt } }, expected: [200, 500] }`;
  const steps = `    - { id: talk, uses: http, with: { request: ${request}, undo: none, reason: nothing is left behind } }
    - id: run
      uses: exec
      with:
        argv: [node, -e, "${program.replaceAll('"', String.raw`\"`)}"]
        env: { TOKEN: { env: PLANTED } }
        undo: none
        reason: nothing is left behind
`;
  return readFileSync('drills/leaked-access-token.yaml', 'utf8')
    .replace("targets: ['*']", 'targets: [jose]')
    .replace(/horizon: \S+/, 'horizon: 2s')
    .replace(/late_checks: \[.*?\]/, 'late_checks: []')
    .replace(/( {2}method:\n {4}- .*\n)/, `$1${steps}`);
}

function spellings(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const inside = [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .slice(4, -4);
    return [text, text.replaceAll('+', '-').replaceAll('/', '_')];
  });
  return [value, bytes.toString('hex'), encodeURIComponent(value), JSON.stringify(value).slice(1, -1), ...inside];
}

/** Every file that the run made, and what it said. */
function everything(said: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.endsWith('secret.txt') && !path.includes('/policies/') && !path.includes('/drills/'));
  return { said, ...Object.fromEntries(files.map((path) => [path, readFileSync(path, 'utf8')])) };
}

function leaks(texts: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(texts).flatMap(([where, text]) => [
    ...[SECRET, ANSWER].flatMap((secret) =>
      spellings(secret).flatMap((spelling, index) =>
        text.includes(spelling) ? [`spelling ${index} in ${where}`] : [],
      ),
    ),
    // Tokens that the run minted are nowhere but in memory.
    ...(/eyJ[\w-]{8,}\.[\w-]+\.[\w-]{20,}/.test(text) ? [`a token in ${where}`] : []),
  ]);
}

describe('a drill that meets secrets', () => {
  const outputs = formatsOf('drill run').flatMap((format) => [
    '-o',
    `${format}=${format === 'pretty' ? '-' : `out/drill.${format}`}`,
  ]);

  it.for([
    { name: 'talks', codes: [0, 1, 4] },
    { name: 'fails', codes: [3] },
  ])('writes none of them: $name', async ({ name, codes }) => {
    const run = await firebreak(['drill', 'run', `drills/${name}.yaml`, '--record', 'stored', ...outputs], {
      cwd: folder.path,
      env: { PLANTED: SECRET },
    });
    expect(leaks(everything(run.out + run.err))).toEqual([]);
    expect(codes, run.err).toContain(run.code);
    expect(run.err.includes('ended with 7'), run.err).toBe(name === 'fails');
    for (const id of readdirSync(join(folder.path, '.firebreak/runs'))) {
      const journal = join('.firebreak/runs', id, 'journal.ndjson');
      const again = await firebreak(['drill', 'report', journal, ...outputs], { cwd: folder.path });
      expect(leaks(everything(again.out + again.err))).toEqual([]);
    }
    const text = readFileSync(join(folder.path, 'drills/talks.yaml'), 'utf8');
    expect(leaks({ planted: `${text}${SECRET}` })).not.toEqual([]);
  });
});
