/** Commands that can write more than text for a terminal. */
export const FORMAT_COMMANDS = [
  'lint',
  'audit',
  'waiver check',
  'predict',
  'test',
  'diff',
  'replay',
  'drill run',
  'drill report',
  'drill history',
  'incident scope',
  'incident plan',
  'incident contain',
  'incident verify',
  'incident close',
  'incident postmortem',
  'incident strengthen',
  'incident journal',
  'doctor',
] as const;

export type FormatCommand = (typeof FORMAT_COMMANDS)[number];

/** One output format. */
export interface Format {
  readonly name: string;
  /** Who reads it. */
  readonly for: string;
  /** What it leaves out or shortens, and when; null when nothing. */
  readonly limit: string | null;
  readonly commands: readonly FormatCommand[];
}

/** What has lines to point at. */
const LINES: readonly FormatCommand[] = ['lint', 'audit', 'waiver check', 'diff'];

/** What writes the result of one drill. */
const DRILL: readonly FormatCommand[] = ['drill run', 'drill report'];

const FINDINGS: readonly FormatCommand[] = ['lint', 'audit', 'waiver check'];

/** A postmortem is a document and nothing else. */
const FOR_TERMINALS: readonly FormatCommand[] = FORMAT_COMMANDS.filter((command) => command !== 'incident postmortem');

/** Every format, in the order in which they are offered; the only place that says which command has which. */
export const FORMATS: readonly Format[] = [
  { name: 'pretty', for: 'people at a terminal; the default', limit: null, commands: FOR_TERMINALS },
  {
    name: 'compact',
    for: 'grep, editors, problem matchers: one line each',
    limit: null,
    commands: FINDINGS,
  },
  { name: 'json', for: 'programs: one document, schema published', limit: null, commands: FORMAT_COMMANDS },
  { name: 'jsonl', for: 'programs: one record a line, the summary last', limit: null, commands: FINDINGS },
  {
    name: 'sarif',
    for: 'GitHub code scanning and other viewers, SARIF 2.1.0',
    limit: 'the worst 5,000 results of at most 10 MB; the rest is counted in a notification',
    commands: [...LINES, ...DRILL],
  },
  {
    name: 'github',
    for: 'annotations in GitHub Actions',
    limit: 'the worst 10 of a level, the rest in the log and in the step summary',
    commands: LINES,
  },
  { name: 'gitlab', for: 'the Code Quality widget of GitLab', limit: null, commands: FINDINGS },
  {
    name: 'junit',
    for: 'Jenkins, GitLab and others that count tests: one case for a rule in a file',
    limit: null,
    commands: [...LINES, 'test', ...DRILL],
  },
  {
    name: 'markdown',
    for: 'comments on pull requests, job summaries',
    limit: '60,000 characters, the worst first; the rest is counted',
    commands: [
      ...FINDINGS,
      'predict',
      'diff',
      'replay',
      ...DRILL,
      'drill history',
      'incident scope',
      'incident postmortem',
      'incident strengthen',
    ],
  },
  {
    name: 'html',
    for: 'a file for auditors: no script, no request, light and dark',
    limit: 'source lines for the worst 500 findings, rows for 5,000',
    commands: [...FINDINGS, ...DRILL, 'incident scope'],
  },
  { name: 'openmetrics', for: 'Prometheus and others', limit: null, commands: [...DRILL, 'drill history'] },
  { name: 'csv', for: 'spreadsheets: one use a line', limit: null, commands: ['incident scope'] },
];

/** Names of the formats that a command has. */
export function formatsOf(command: FormatCommand): readonly string[] {
  return FORMATS.filter(({ commands }) => commands.includes(command)).map(({ name }) => name);
}
