import { API_VERSION } from '../model/document.ts';

/** A Waiver to write; members that are empty or null are left out. */
export interface WaiverDraft {
  readonly name: string;
  readonly owner: string;
  readonly rules: readonly string[];
  readonly target: {
    readonly paths: readonly string[];
    readonly policy: string | null;
    readonly verifier: string | null;
    readonly environment: string | null;
    readonly token: string | null;
  };
  readonly fingerprints: readonly string[];
  readonly reason: string;
  readonly ticket: string | null;
  /** `2027-01-31` */
  readonly created: string;
  readonly expires: string;
}

/** The YAML document. Texts are quoted as JSON quotes them, which YAML 1.2 reads the same. */
export function waiverText(draft: WaiverDraft): string {
  const { paths, ...names } = draft.target;
  const target = [
    ...(paths.length === 0 ? [] : [`paths: ${list(paths)}`]),
    ...Object.entries(names).flatMap(([key, value]) => (value === null ? [] : [`${key}: ${quoted(value)}`])),
  ];
  return [
    `apiVersion: ${API_VERSION}`,
    'kind: Waiver',
    `metadata: { name: ${quoted(draft.name)}, owner: ${quoted(draft.owner)} }`,
    'spec:',
    `  rules: ${list(draft.rules)}`,
    ...(target.length === 0 ? [] : [`  target: { ${target.join(', ')} }`]),
    ...(draft.fingerprints.length === 0 ? [] : [`  fingerprints: ${list(draft.fingerprints)}`]),
    `  reason: ${quoted(draft.reason)}`,
    ...(draft.ticket === null ? [] : [`  ticket: ${quoted(draft.ticket)}`]),
    `  created: ${quoted(draft.created)}`,
    `  expires: ${quoted(draft.expires)}`,
    '',
  ].join('\n');
}

function list(values: readonly string[]): string {
  return `[${values.map(quoted).join(', ')}]`;
}

/** Plain where nobody could read it as anything else. */
function quoted(text: string): string {
  return /^[a-z][a-z0-9/-]*$/.test(text) && !/^(?:true|false|null)$/.test(text) ? text : JSON.stringify(text);
}
