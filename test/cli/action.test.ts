import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { SEVERITIES } from '../../src/model/finding.ts';
import { lintCompact } from '../../src/report/compact.ts';
import { fixtureResult } from '../report/lint-fixture.ts';
import { ACTION, runAction } from './action-runner.ts';
import type { ActionRun } from './action-runner.ts';
import { firebreak, folderWith } from './command.ts';
import type { GithubServer } from './github-server.ts';
import { FORK_TOKEN, WORKFLOW_TOKEN, githubServer } from './github-server.ts';

const POLICY = readFileSync('policies/lab.yaml', 'utf8');

/** A policy that lint has an error about, and one that it has none about. */
const LOOSE = POLICY.replace(/algorithms: \[[^\]]*\]/, 'algorithms: [none]');

/** Access tokens may live longer. */
const LONGER = POLICY.replace('max: 10m', 'max: 20m');

let server: GithubServer;
let repository: { path: string; remove: () => void };
let events: { path: string; remove: () => void };

beforeEach(async () => {
  server = await githubServer();
  repository = folderWith({ 'policies/orders.yaml': POLICY });
  git('init', '--quiet', '--initial-branch=main');
  commit('first');
  git('checkout', '--quiet', '-b', 'change');
  writeFileSync(join(repository.path, 'policies/orders.yaml'), LOOSE);
  commit('loosen');
  // A checkout with fetch-depth: 0 knows the branch of the pull request as this.
  git('update-ref', 'refs/remotes/origin/main', 'main');
  events = folderWith({ 'own.json': eventOf('acme/shop'), 'fork.json': eventOf('mallory/shop') });
});

afterEach(async () => {
  await server.close();
  repository.remove();
  events.remove();
});

function git(...args: readonly string[]): string {
  return execFileSync('git', args, { cwd: repository.path, encoding: 'utf8', env: gitEnvironment() }).trim();
}

function gitEnvironment(): NodeJS.ProcessEnv {
  const who = { NAME: 'test', EMAIL: 'test@example.com' };
  return {
    PATH: process.env['PATH'],
    HOME: repository.path,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: who.NAME,
    GIT_AUTHOR_EMAIL: who.EMAIL,
    GIT_COMMITTER_NAME: who.NAME,
    GIT_COMMITTER_EMAIL: who.EMAIL,
  };
}

function commit(message: string): void {
  git('add', '--all');
  git('commit', '--quiet', '--message', message);
}

function eventOf(from: string): string {
  return JSON.stringify({
    action: 'synchronize',
    pull_request: {
      number: 7,
      head: { sha: git('rev-parse', 'HEAD'), repo: { full_name: from } },
      base: { ref: 'main', sha: git('rev-parse', 'main'), repo: { full_name: 'acme/shop' } },
    },
  });
}

function run(
  inputs: Readonly<Record<string, string>>,
  { token = WORKFLOW_TOKEN, event = 'own', id = '100' }: { token?: string; event?: string; id?: string } = {},
): Promise<ActionRun> {
  return runAction({
    workspace: repository.path,
    inputs,
    token,
    env: {
      GITHUB_API_URL: server.url,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'acme/shop',
      GITHUB_EVENT_NAME: 'pull_request',
      GITHUB_EVENT_PATH: join(events.path, `${event}.json`),
      GITHUB_BASE_REF: 'main',
      GITHUB_RUN_ID: id,
    },
  });
}

describe('the action', () => {
  it('is composite, gives inputs as environment only, and names outputs that its steps write', () => {
    expect(ACTION.runs.using).toBe('composite');
    for (const step of ACTION.runs.steps) expect(step.run).not.toContain('${{');
    const script = readFileSync('scripts/action.mjs', 'utf8');
    for (const { value } of Object.values(ACTION.outputs)) {
      const [, name = ''] = /steps\.firebreak\.outputs\.([\w-]+)/.exec(value) ?? [];
      expect(script).toContain(`output('${name}'`);
    }
    for (const name of Object.keys(ACTION.inputs)) {
      const used = ACTION.runs.steps.some((step) => JSON.stringify(step).includes(`inputs.${name} `));
      expect(used, name).toBe(true);
    }
  });

  it('lints: annotations, one comment, summary, outputs, and the exit code of the command', async () => {
    const { code, log, summary, outputs } = await run({ command: 'lint', args: 'policies', comment: 'true' });
    expect(log).toMatch(/^::error file=policies\/orders\.yaml,line=\d+,.*title=/m);
    expect(code).toBe(1);
    expect(outputs).toMatchObject({ verdict: 'failed', 'exit-code': '1', gate: '' });
    expect(JSON.parse(outputs['content of sarif'] ?? '')).toMatchObject({ version: '2.1.0' });
    expect(JSON.parse(outputs['content of json'] ?? '')).toMatchObject({ schema_version: '1.0' });
    expect(summary).toContain('### firebreak lint: ');
    expect(summary.split('### firebreak lint').length).toBe(2);
    expect(server.comments).toHaveLength(1);
    expect(server.comments[0]?.body).toContain(outputs['content of report']?.trim());
  }, 60_000);

  it('resolves its comment when a later push repairs everything', async () => {
    await run({ command: 'lint', args: 'policies', comment: 'true' });
    writeFileSync(join(repository.path, 'policies/orders.yaml'), POLICY);
    commit('repair');
    const own = await firebreak(['lint', 'policies', '--json'], { cwd: repository.path });
    const left = (JSON.parse(own.out) as { findings: object[] }).findings.length;
    const { code } = await run({ command: 'lint', args: 'policies', comment: 'true' }, { id: '101' });
    expect(code).toBe(own.code);
    expect(server.comments).toHaveLength(1);
    expect(server.comments[0]?.body).toContain(left === 0 ? '0 errors' : '### firebreak lint: 0 errors');
  }, 60_000);

  it('falls back to the summary for a fork, with the same exit code', async () => {
    const { code, log, summary } = await run(
      { command: 'lint', args: 'policies', comment: 'true' },
      { token: FORK_TOKEN, event: 'fork' },
    );
    expect(log).toContain('the token of a pull request from a fork may only read');
    expect(summary.split('### firebreak lint').length).toBe(2);
    expect(code).toBe(1);
    expect(server.comments).toEqual([]);
  }, 60_000);

  it('takes the threshold, the folder and the place of the SARIF file', async () => {
    const { code, log, outputs } = await run({
      command: 'lint',
      'fail-on': 'never',
      'working-directory': 'policies',
      args: 'orders.yaml\n--only policy/alg-none-allowed',
      'sarif-file': 'out.sarif',
    });
    expect(code).toBe(0);
    expect(outputs['verdict']).toBe('passed');
    expect(outputs['sarif']).toBe(join(repository.path, 'policies/out.sarif'));
    const sarif = outputs['content of sarif'] ?? '';
    const rules = [...sarif.matchAll(/"ruleId": "([^"]+)"/g)].map(([, rule]) => rule);
    expect(new Set(rules)).toEqual(new Set(['policy/alg-none-allowed']));
    // Code scanning and annotations know files from the root of the repository only.
    const files = [...sarif.matchAll(/"uri": "([^"]+)"/g)].map(([, file]) => file);
    expect(new Set(files)).toEqual(new Set(['policies/orders.yaml']));
    expect(log).toMatch(/^::\w+ file=policies\/orders\.yaml,/m);
    expect(server.requests).toEqual([]);
  }, 60_000);

  it('does what the arguments say and nothing that a shell would make of them', async () => {
    const { code, log } = await run({ command: 'lint', args: 'policies;touch owned $(touch owned) * "a' });
    expect(code).not.toBe(0);
    expect(log).toContain('policies;touch');
    expect(git('status', '--porcelain')).toBe('');
  }, 60_000);

  it.for([
    { inputs: { command: 'incident' }, says: 'there is no command "incident"; choose lint, diff, audit or drill' },
    { inputs: { command: 'constructor' }, says: 'there is no command "constructor"' },
    { inputs: { command: 'lint', comment: 'yes' }, says: 'the input comment is "yes"; write true or false' },
  ])('refuses $inputs', async ({ inputs, says }) => {
    const { code, log } = await run(inputs);
    expect(log).toContain(`::error title=firebreak::${says}`);
    expect(code).toBe(2);
  });
});

it('the action audits what an issuer publishes, and keeps the result', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const leaking = { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'main-1', alg: 'ES256', use: 'sig' }] };
  const issuer = createServer(({ url, headers: { host } }, answer) => {
    const metadata = { issuer: `http://${host}`, jwks_uri: `http://${host}/jwks` };
    answer.setHeader('content-type', 'application/json').end(JSON.stringify(url === '/jwks' ? leaking : metadata));
  });
  await new Promise<void>((done) => issuer.listen(0, '127.0.0.1', done));
  try {
    const { port } = issuer.address() as AddressInfo;
    const { code, log, summary, outputs } = await run({
      command: 'audit',
      args: `http://127.0.0.1:${port} --allow 127.0.0.0/8 --fetches 2`,
    });
    expect([code, outputs['verdict']]).toEqual([1, 'failed']);
    expect(log).toMatch(/^::error .*private/m);
    expect(summary).toContain('1 error');
    expect(JSON.parse(outputs['content of json'] ?? '')).toMatchObject({ schema_version: '1.0' });
    expect(JSON.parse(outputs['content of sarif'] ?? '')).toMatchObject({ version: '2.1.0' });
    // Whoever reads the log of a run must not find the key in it.
    const secret = String(leaking.keys[0]?.d);
    expect([log, summary, ...Object.values(outputs)].filter((text) => text.includes(secret))).toEqual([]);
  } finally {
    issuer.close();
  }
}, 60_000);

describe('the action with drill', () => {
  /** One verifier, a short look. */
  const DRILL = readFileSync('drills/leaked-access-token.yaml', 'utf8')
    .replace("targets: ['*']", 'targets: [jose]')
    .replace(/horizon: \S+/, 'horizon: 4s')
    .replace(/late_checks: .*/, 'late_checks: []');

  function inventoryOfOne(): string {
    const inventory = parse(readFileSync('policies/lab-inventory.yaml', 'utf8')) as {
      spec: { verifiers: { name: string }[] };
    };
    const verifiers = inventory.spec.verifiers.filter(({ name }) => name === 'jose');
    // What is done on the bad day names the other verifiers.
    return stringify({ ...inventory, spec: { ...inventory.spec, verifiers, responses: [] } });
  }

  function write(files: Readonly<Record<string, string>>): void {
    mkdirSync(join(repository.path, 'drills'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(repository.path, name), text);
  }

  it('measures, with the report in the summary and no comment', async () => {
    write({
      'policies/orders.yaml': POLICY,
      'policies/inventory.yaml': inventoryOfOne(),
      'drills/short.yaml': DRILL,
    });
    const { code, log, summary, outputs } = await run({ command: 'drill', args: 'drills/short.yaml', comment: 'true' });
    expect(code, log).toBeLessThan(2);
    expect(outputs).toMatchObject({ 'exit-code': String(code), sarif: '', gate: '' });
    expect(outputs['verdict']).toBe(code === 0 ? 'passed' : 'failed');
    expect(JSON.parse(outputs['content of json'] ?? '')).toMatchObject({ kind: 'DrillResult' });
    expect(summary).toContain(outputs['content of report']?.trim());
    expect(server.requests).toEqual([]);
  }, 60_000);

  it('says that a safety rule stopped it, and has no report then', async () => {
    write({
      'policies/orders.yaml': POLICY,
      'policies/inventory.yaml': inventoryOfOne(),
      'drills/short.yaml': DRILL.replace('guards: {', 'guards: { safety_lever: lever.txt,'),
      'lever.txt': 'freeze',
    });
    const { code, outputs } = await run({ command: 'drill', args: 'drills/short.yaml' });
    expect(code).toBe(5);
    expect(outputs).toMatchObject({ verdict: 'stopped', 'exit-code': '5', report: '', json: '' });
  }, 60_000);
});

describe('the action with diff', () => {
  const inputs = { command: 'diff', gate: 'false', comment: 'true' };

  it('compares with where the branch left its target, and says what gets in', async () => {
    // What the target did meanwhile is not part of the pull request.
    git('checkout', '--quiet', 'main');
    writeFileSync(join(repository.path, 'policies/later.yaml'), LONGER.replaceAll('name: ', 'name: later-'));
    commit('go on');
    git('update-ref', 'refs/remotes/origin/main', 'main');
    git('checkout', '--quiet', 'change');
    writeFileSync(join(repository.path, 'policies/orders.yaml'), LONGER);
    commit('let tokens live longer');
    const { code, log, summary, outputs } = await run(inputs);
    expect(log).not.toContain('later');
    expect(log).toMatch(/^::(warning|error) file=policies\/orders\.yaml,line=\d+,.*title=diff\/looser::lifetime\.max/m);
    expect(outputs).toMatchObject({ verdict: 'more_permissive', 'exit-code': '0' });
    const { changes } = JSON.parse(outputs['content of json'] ?? '') as { changes: { target: string }[] };
    expect(changes.find(({ target }) => target === 'orders @ lab')).toMatchObject({
      token: 'access_token',
      verdict: 'more_permissive',
      witness: { accepted: 'after' },
    });
    expect(summary).toContain('rejected before, accepted now');
    expect(server.comments).toHaveLength(1);
    expect(server.comments[0]?.body).toContain('**more permissive**');
    expect(server.comments[0]?.body).toContain(
      `https://github.com/acme/shop/blob/${git('rev-parse', 'HEAD')}/policies/orders.yaml#L`,
    );
    expect(code).toBe(0);
  }, 60_000);

  it('holds the change to the gate, says what approves it, and fails', async () => {
    writeFileSync(join(repository.path, 'policies/orders.yaml'), LONGER);
    commit('let tokens live longer');
    const { code, log, summary, outputs } = await run({ ...inputs, gate: 'true' });
    expect(code, log).toBe(1);
    expect(outputs).toMatchObject({ verdict: 'more_permissive', gate: 'blocked', 'exit-code': '1' });
    expect(log).toMatch(/^::error file=policies\/orders\.yaml,line=\d+,.*gate: approval needed$/m);
    for (const text of [summary, server.comments[0]?.body]) {
      expect(text).toContain('**Gate: BLOCKED, ');
      expect(text).toMatch(/^firebreak approve [0-9a-f]{12}/m);
    }
    // The command that the report names does what it says, once its blanks are filled.
    const [, line = ''] = /^firebreak (approve .*)$/m.exec(summary) ?? [];
    const day = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);
    const filled = line.replace('PERSON', 'alice@example.com').replace('DAY', day).replace(' --reason TEXT', '');
    const approved = await firebreak([...filled.split(' '), '--reason', 'the batch job needs longer tokens'], {
      cwd: repository.path,
    });
    expect(approved.code, approved.err).toBe(0);
    const fork = await run({ ...inputs, gate: 'true' }, { token: FORK_TOKEN, event: 'fork', id: '101' });
    expect(fork.code).toBe(code);
    expect(fork.summary).toContain('**Gate: BLOCKED, ');
  }, 60_000);

  it('resolves its comment when a later push takes the change back, and never writes a second one', async () => {
    writeFileSync(join(repository.path, 'policies/orders.yaml'), LONGER);
    commit('let tokens live longer');
    await run(inputs);
    writeFileSync(join(repository.path, 'policies/orders.yaml'), `# as before\n${POLICY}`);
    commit('take it back');
    const { outputs, code } = await run(inputs, { id: '101' });
    expect(outputs['verdict']).toBe('equivalent');
    expect(server.comments).toHaveLength(1);
    expect(server.comments[0]?.body).toContain('resolved, no change for any token any more');
    expect(code).toBe(0);
  }, 60_000);

  it('writes nothing where nothing changed', async () => {
    writeFileSync(join(repository.path, 'policies/orders.yaml'), `# as before\n${POLICY}`);
    commit('comment');
    const { outputs } = await run(inputs);
    expect(outputs['verdict']).toBe('equivalent');
    expect(server.comments).toEqual([]);
  }, 60_000);

  it('is inconclusive and says so when a policy cannot be read', async () => {
    writeFileSync(join(repository.path, 'policies/orders.yaml'), POLICY.replace('spec:', 'spec:\n  algoritms: [none]'));
    commit('break it');
    const { code, outputs } = await run(inputs);
    expect(code).toBe(4);
    expect(outputs['verdict']).toBe('unknown');
    expect(server.comments[0]?.body).toContain('in what was read');
  }, 60_000);
});

describe('the problem matcher', () => {
  const { problemMatcher } = JSON.parse(readFileSync('.github/firebreak-matcher.json', 'utf8')) as {
    problemMatcher: {
      owner: string;
      severity?: string;
      pattern: [{ regexp: string; [part: string]: string | number }];
    }[];
  };

  it('reads every compact line of a finding, each by exactly one matcher', () => {
    const fixture = fixtureResult();
    const result = {
      ...fixture,
      errors: [],
      findings: fixture.findings.map((finding, index) => ({ ...finding, severity: SEVERITIES[index % 3] ?? 'info' })),
    };
    const findings = result.findings.map(({ at, rule, severity }) => ({
      path: at.file,
      line: at.line,
      rule,
      severity,
    }));
    const lines = lintCompact(result).trimEnd().split('\n');
    expect(lines).toHaveLength(findings.length);
    expect(new Set(findings.map(({ severity }) => severity)).size).toBe(3);
    for (const [index, line] of lines.entries()) {
      const matches = problemMatcher.flatMap(({ severity, pattern: [pattern] }) => {
        const found = new RegExp(pattern.regexp).exec(line);
        const part = (name: string): string | undefined => found?.[Number(pattern[name])];
        return found === null
          ? []
          : [
              {
                path: part('file'),
                line: Number(part('line')),
                rule: part('code'),
                severity: severity ?? part('severity'),
              },
            ];
      });
      const { path, line: at, rule, severity } = findings[index] ?? {};
      expect(matches).toEqual([{ path, line: at, rule, severity: severity === 'info' ? 'notice' : severity }]);
    }
  });
});
