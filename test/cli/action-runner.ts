import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

interface Step {
  readonly id?: string;
  readonly shell: string;
  readonly run: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly 'working-directory'?: string;
}

export interface Action {
  readonly name: string;
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

export const ACTION = parse(readFileSync('action.yml', 'utf8')) as Action;

export interface ActionRun {
  readonly code: number;
  readonly log: string;
  readonly summary: string;
  readonly outputs: Readonly<Record<string, string>>;
}

/** Sent to every step as the runner sends it. */
export interface RunnerOptions {
  readonly workspace: string;
  /** What the caller's workflow gives under `with`. */
  readonly inputs: Readonly<Record<string, string>>;
  /** GITHUB_* of the run. */
  readonly env: Readonly<Record<string, string>>;
  readonly token: string;
}

/**
 * Runs the composite action of this repository as the runner does: inputs with their defaults, expressions in `env` and
 * `working-directory`, every step in a shell of its own that stops at the first failure, outputs through files.
 */
export async function runAction({ workspace, inputs, env, token }: RunnerOptions): Promise<ActionRun> {
  const temp = mkdtempSync(join(tmpdir(), 'firebreak-runner-'));
  const summaryFile = join(temp, 'summary.md');
  writeFileSync(summaryFile, '');
  for (const name of Object.keys(inputs)) {
    if (!Object.hasOwn(ACTION.inputs, name)) throw new Error(`the action has no input "${name}"`);
  }
  const steps: Record<string, Readonly<Record<string, string>>> = {};
  const values = (text: string): string =>
    text.replaceAll(/\$\{\{\s*([\w.-]+)\s*\}\}/g, (_, expression: string) => {
      const [scope, first = '', , last = ''] = expression.split('.');
      if (scope === 'inputs') return inputs[first] ?? values(ACTION.inputs[first]?.default ?? '');
      if (expression === 'github.token') return token;
      if (scope === 'steps') return steps[first]?.[last] ?? '';
      throw new Error(`the runner of this test does not know ${expression}`);
    });
  let code = 0;
  let log = '';
  try {
    for (const [index, step] of ACTION.runs.steps.entries()) {
      const script = join(temp, `step-${index}.sh`);
      const outputFile = join(temp, `output-${index}`);
      writeFileSync(script, step.run);
      writeFileSync(outputFile, '');
      const outcome = await shell(script, join(workspace, values(step['working-directory'] ?? '.')), {
        PATH: process.env['PATH'] ?? '',
        HOME: temp,
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_ACTION_PATH: resolve('.'),
        GITHUB_WORKSPACE: workspace,
        GITHUB_STEP_SUMMARY: summaryFile,
        GITHUB_OUTPUT: outputFile,
        RUNNER_TEMP: temp,
        ...env,
        ...Object.fromEntries(Object.entries(step.env ?? {}).map(([name, value]) => [name, values(value)])),
      });
      log += outcome.log;
      if (step.id !== undefined) steps[step.id] = readOutputs(readFileSync(outputFile, 'utf8'));
      code = outcome.code;
      if (code !== 0) break;
    }
    const outputs = Object.entries(ACTION.outputs).map(([name, { value }]) => [name, values(value)] as const);
    // What a later step would read is read here, because the folder does not outlive the job.
    const contents = outputs
      .filter(([name, value]) => ['sarif', 'report', 'json'].includes(name) && value !== '')
      .map(([name, value]) => [`content of ${name}`, readFileSync(value, 'utf8')] as const);
    return {
      code,
      log,
      summary: readFileSync(summaryFile, 'utf8'),
      outputs: Object.fromEntries([...outputs, ...contents]),
    };
  } finally {
    rmSync(temp, { recursive: true, force: true });
  }
}

/** `shell: bash` of the runner: `bash --noprofile --norc -eo pipefail {0}`. */
function shell(
  script: string,
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly log: string }> {
  const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', script], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  }
  return new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => done({ code: code ?? 3, log }));
  });
}

/** `name=value` and `name<<MARK`, value, MARK, as the runner reads the file. */
function readOutputs(text: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const [, name, mark] = /^([\w-]+)<<(.+)$/.exec(line) ?? [];
    if (name === undefined || mark === undefined) {
      const [, key, value] = /^([\w-]+)=(.*)$/.exec(line) ?? [];
      if (key !== undefined) found[key] = value ?? '';
      continue;
    }
    const end = lines.indexOf(mark, index + 1);
    if (end < 0) throw new Error(`the output ${name} has no end`);
    found[name] = lines.slice(index + 1, end).join('\n');
    index = end;
  }
  return found;
}
