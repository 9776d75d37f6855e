/** A stolen token that is bound to a certificate, at verifiers that compare it, that believe a header, and that never look. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabDescription } from '../../src/model/lab.ts';
import { createProbeHttp } from '../../src/system/probe-http.ts';
import { makeCertificate } from '../../src/token/certificate.ts';
import { firebreak, folderWith, start } from '../cli/command.ts';
import type { Outcome, Running } from '../cli/command.ts';

interface Result {
  readonly run_id: string;
  readonly overall: { readonly verdict: string };
  readonly matrix: {
    readonly cells: readonly {
      readonly unit: string;
      readonly kind: string;
      readonly outcome: string;
      readonly spellings: readonly string[];
    }[];
  };
  readonly findings: readonly { readonly rule: string; readonly message: string }[];
  readonly safety: { readonly clean: boolean };
}

const HOUR_MS = 3_600_000;
const DRILL = readFileSync('drills/stolen-mtls-token.yaml', 'utf8');
const [, ...ESTATE] = DRILL.split('\n---\n');

/** A holder of its own for the control token, and certificates that somebody else has made. */
const GIVEN = DRILL.replace(
  'uses: certificate.generate',
  'uses: certificate.read, with: { certificate: { file: holder.pem }, key: { env: HOLDER_KEY } }',
);

const holder = makeCertificate({
  name: 'partner.example',
  use: 'client',
  from: Date.now() - HOUR_MS,
  until: Date.now() + HOUR_MS,
});

let folder: ReturnType<typeof folderWith>;
let lab: Running;

beforeAll(async () => {
  folder = folderWith({
    'policies/lab-mtls.yaml': ESTATE.join('\n---\n'),
    'drills/stolen-mtls-token.yaml': DRILL.split('\n---\n')[0] ?? '',
    'drills/given.yaml': GIVEN.split('\n---\n')[0] ?? '',
    'holder.pem': holder.certificate,
  });
  lab = start(['lab', 'up', '--inventory', 'policies/lab-mtls.yaml'], { cwd: folder.path });
  await lab.sees('lab is ready');
});

afterAll(async () => {
  lab.child.kill('SIGTERM');
  await lab.outcome;
  folder.remove();
});

async function run(drill: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  return firebreak(
    `drill run drills/${drill}.yaml -o json=result.json -o html=report.html -o markdown=report.md -o pretty=-`.split(
      ' ',
    ),
    { cwd: folder.path, env },
  );
}

function read(file: string): string {
  return readFileSync(join(folder.path, file), 'utf8');
}

/** Kinds that each verifier accepted, with the spellings where there are several. */
function accepted({ matrix }: Result): Readonly<Record<string, readonly string[]>> {
  const units = [...new Set(matrix.cells.map(({ unit }) => unit))];
  return Object.fromEntries(
    units.map((unit) => [
      unit,
      matrix.cells
        .filter((cell) => cell.unit === unit && cell.outcome === 'accepted')
        .map(({ kind, spellings }) => [kind, ...spellings].join(' ')),
    ]),
  );
}

const EVERY_HEADER =
  'client-cert x-forwarded-client-cert ssl-client-cert x-forwarded-tls-client-cert x-amzn-mtls-clientcert x-arr-clientcert';

const FOUND = {
  payments: [],
  refunds: ['forged-certificate-header client-cert x-forwarded-client-cert'],
  reports: ['no-certificate', 'other-certificate', `forged-certificate-header ${EVERY_HEADER}`],
};

describe('the drill of a stolen token that is bound to a certificate', () => {
  let outcome: Outcome;
  let result: Result;

  beforeAll(async () => {
    outcome = await run('stolen-mtls-token');
    result = JSON.parse(read('result.json')) as Result;
  });

  it('sees refused what is compared, and finds who believes a header and who never looks', () => {
    expect(accepted(result)).toEqual(FOUND);
    expect(result.matrix.cells.filter(({ outcome: is }) => is !== 'accepted' && is !== 'refused')).toEqual([]);
    expect(outcome.code).toBe(1);
    expect(result.findings.map(({ message }) => message)).toContain(
      'accepted other-certificate, a token bound to a certificate, over a connection with the thief’s, 3 of 3 times; see RFC 8705 section 3',
    );
  });

  it('has a result that its journal gives again', async () => {
    const verified = await firebreak(['drill', 'verify', 'result.json', '--allow-unsigned', '-o', 'json=-'], {
      cwd: folder.path,
    });
    expect(verified.err).toBe('');
    expect(JSON.parse(verified.out)).toMatchObject({ verdict: 'verified', differences: [] });
  });

  it('writes neither keys nor tokens nor certificates, and leaves nothing behind', () => {
    const runFolder = join('.firebreak/runs', result.run_id);
    const files = readdirSync(join(folder.path, runFolder)).map((name) => join(runFolder, name));
    expect(files.length).toBeGreaterThan(1);
    const texts = [...files, 'result.json', 'report.html', 'report.md'].map(read);
    expect([outcome.out, outcome.err, ...texts].join('\n')).not.toMatch(
      /PRIVATE KEY|BEGIN CERTIFICATE|eyJ[\w-]{10,}\.[\w-]{10,}/,
    );
    expect(result.safety.clean).toBe(true);
  });
});

describe('a certificate that the drill is given', () => {
  it('stands for the holder, and its key is read from where the drill says', async () => {
    const outcome = await run('given', { HOLDER_KEY: holder.key.reveal() });
    expect(outcome.code).toBe(1);
    expect(accepted(JSON.parse(read('result.json')) as Result)).toEqual(FOUND);
    expect([outcome.out, outcome.err, read('result.json')].join('\n')).not.toContain('PRIVATE KEY');
  });

  it('is refused when the key is that of another, before a key is published', async () => {
    const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign']);
    const body = Buffer.from(await crypto.subtle.exportKey('pkcs8', privateKey)).toString('base64');
    const other = `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----\n`;
    const outcome = await run('given', { HOLDER_KEY: other });
    expect(outcome.err).toContain(
      'error[document/invalid]: the key of "holder_certificate" is not that of its certificate',
    );
    expect(outcome.err).not.toContain(body.slice(0, 30));
    expect(outcome.code).toBe(2);
  });
});

describe('verifiers of the lab that are served over TLS', () => {
  it('are trusted through the authority of this start of the lab, and not without', async () => {
    const { ca, verifiers } = JSON.parse(read('.firebreak/lab.json')) as LabDescription;
    expect(JSON.stringify({ ca, verifiers })).not.toContain('PRIVATE KEY');
    const http = createProbeHttp(['127.0.0.0/8']);
    const secure = verifiers.filter(({ url }) => url.startsWith('https:'));
    expect(secure.map(({ name }) => name)).toEqual(['payments', 'refunds']);
    for (const { url } of secure) {
      const request = { url, method: 'GET', timeoutMs: 3000 };
      await expect(http.send(request)).rejects.toMatchObject({ kind: 'tls' });
      expect(await http.send({ ...request, tls: { ca: ca ?? '' } })).toMatchObject({ status: 401 });
    }
  });
});
