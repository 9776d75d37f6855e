// One step of a workflow: turns the inputs of action.yml into a command line, runs it, and writes summary and outputs.
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const CLI = join(dirname(fileURLToPath(import.meta.url)), '..', 'dist', 'bin', 'firebreak.js');

/** Formats and options that each command has. */
const COMMANDS = {
  lint: { words: ['lint'], lines: true, failOn: true, gate: false, comment: true },
  diff: { words: ['diff'], lines: true, failOn: false, gate: true, comment: true },
  audit: { words: ['audit'], lines: true, failOn: true, gate: false, comment: false },
  drill: { words: ['drill', 'run'], lines: false, failOn: false, gate: false, comment: false },
};

const VERDICTS = { 0: 'passed', 1: 'failed', 4: 'inconclusive', 5: 'stopped', 6: 'unclean' };

const env = process.env;
const input = (name) => env[`FIREBREAK_${name}`]?.trim() ?? '';

function fail(message) {
  process.stdout.write(`::error title=firebreak::${message.replaceAll(/[%\r\n]/g, ' ')}\n`);
  process.exit(2);
}

/** @returns true or false; anything else is a mistake, because "yes" would silently mean no */
function flag(name) {
  const value = input(name);
  if (!['true', 'false', ''].includes(value))
    fail(`the input ${name.toLowerCase()} is "${value}"; write true or false`);
  return value === 'true';
}

/** What is compared: the commit of the run with what the workflow names, or the branch that the pull request goes to. */
function sidesOf() {
  const branch = env.GITHUB_BASE_REF ?? '';
  const base = input('BASE') === '' && branch !== '' ? `origin/${branch}` : input('BASE');
  return base === '' ? [] : [base, 'HEAD'];
}

function sizeOf(file) {
  return file !== '' && existsSync(file) ? statSync(file).size : 0;
}

function output(name, value) {
  if ((env.GITHUB_OUTPUT ?? '') === '') return;
  // No value can know the mark that ends it.
  const mark = `end-${randomUUID()}`;
  appendFileSync(env.GITHUB_OUTPUT, `${name}<<${mark}\n${value}\n${mark}\n`);
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  fail(`Firebreak needs Node.js 20.19 or newer, this runner has ${process.versions.node}; add actions/setup-node`);
}
const name = input('COMMAND');
const command = Object.hasOwn(COMMANDS, name)
  ? COMMANDS[name]
  : fail(`there is no command "${name}"; choose lint, diff, audit or drill`);
const folder = join(env.RUNNER_TEMP ?? tmpdir(), `firebreak-${randomUUID()}`);
mkdirSync(folder, { recursive: true });
const report = join(folder, 'report.md');
const json = join(folder, 'result.json');
const sarif = command.lines ? resolve(input('SARIF') === '' ? join(folder, 'firebreak.sarif') : input('SARIF')) : '';
// What an earlier run left must not look like the result of this one.
if (sarif !== '') rmSync(sarif, { force: true });
const args = input('ARGS')
  .split(/\s+/)
  .filter((arg) => arg !== '');
const line = [
  ...command.words,
  ...(name === 'diff' ? sidesOf() : []),
  ...args,
  ...(command.failOn && input('FAIL_ON') !== '' ? ['--fail-on', input('FAIL_ON')] : []),
  ...(command.gate && flag('GATE') ? ['--gate'] : []),
  ...(command.comment && flag('COMMENT') ? ['--comment'] : []),
  '-o',
  `markdown=${report}`,
  '-o',
  `json=${json}`,
  ...(command.lines ? ['-o', `sarif=${sarif}`, '-o', 'github=-'] : ['-o', 'pretty=-']),
];
const summary = env.GITHUB_STEP_SUMMARY ?? '';
const before = sizeOf(summary);
const run = spawnSync(process.execPath, [CLI, ...line], { stdio: ['ignore', 'inherit', 'inherit'] });
const code = run.status ?? 3;
// The command writes there itself when annotations or a comment are not enough.
if (summary !== '' && existsSync(report) && sizeOf(summary) === before) {
  appendFileSync(summary, `${readFileSync(report, 'utf8')}\n`);
}
const result = read(json);
const changes = name === 'diff' ? (result?.changes ?? null) : null;
output('verdict', changes === null ? (VERDICTS[code] ?? 'error') : (changes[0]?.verdict ?? 'equivalent'));
output('gate', name === 'diff' ? (result?.gate?.outcome ?? '') : '');
output('exit-code', String(code));
output('sarif', sarif !== '' && existsSync(sarif) ? sarif : '');
output('report', existsSync(report) ? report : '');
output('json', existsSync(json) ? json : '');
process.exitCode = code;
