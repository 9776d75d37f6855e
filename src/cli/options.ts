/** What commander hands to a command: values as text, flags as booleans; each command knows which of them it has. */
export interface CommandOptions {
  readonly color?: string | boolean;
  readonly now?: string;
  readonly stateDir?: string;
  readonly format?: string;
  readonly json?: boolean;
  readonly output?: readonly string[];
  readonly quiet?: boolean;
  readonly failOn?: string;
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  readonly ignores?: boolean;
  readonly wordlist?: string;
  readonly blocklist?: string;
  readonly scenario?: string;
  readonly verifier?: readonly string[];
  readonly tree?: boolean;
  readonly sums?: boolean;
  readonly gate?: boolean;
  readonly policy?: string;
  readonly policies?: readonly string[];
  readonly jwks?: string;
  readonly class?: string;
  readonly route?: string;
  readonly ip?: string;
  readonly explain?: boolean;
  readonly seed?: string;
  readonly confirm?: string;
  readonly arm?: string;
  /** False for --no-input. */
  readonly input?: boolean;
  readonly inventory?: string;
  readonly port?: string;
  readonly defaults?: boolean;
  readonly report?: string;
  readonly fetches?: string;
  readonly compromised?: readonly string[];
  readonly allow?: readonly string[];
  /** Folder of histories; false for --no-history. */
  readonly history?: string | boolean;
  readonly replay?: readonly string[];
  readonly since?: string;
  readonly profile?: string;
  readonly stats?: boolean;
  readonly fix?: boolean;
  readonly suggested?: boolean;
  readonly dryRun?: boolean;
  readonly watch?: boolean;
  readonly comment?: boolean;
  readonly at?: string;
  readonly logFormat?: string;
  readonly map?: string;
  readonly base?: string;
  readonly maxRevoked?: string;
  readonly minDecidable?: string;
  readonly head?: string;
  readonly witnesses?: string;
  readonly mergeBase?: boolean;
  readonly fetch?: boolean;
  readonly exitCode?: boolean;
  readonly writeTests?: string;
  readonly forceMassChange?: boolean;
  readonly cache?: string | boolean;
  readonly baseline?: string | boolean;
  readonly file?: string;
  readonly owner?: string;
  readonly template?: string;
  readonly ci?: string;
  readonly from?: readonly string[];
  readonly force?: boolean;
  readonly reason?: string;
  readonly by?: string;
  readonly permanent?: boolean;
  readonly until?: string;
  readonly ticket?: string;
  readonly rule?: readonly string[];
  readonly path?: readonly string[];
  readonly environment?: string;
  readonly token?: string;
  readonly fingerprint?: readonly string[];
  readonly issuer?: string;
  readonly partial?: boolean;
  readonly mapFile?: string;
  readonly statusUri?: string;
  readonly statusSize?: string;
  readonly statusTtl?: string;
  readonly key?: string;
  /** `SERVICE@ENVIRONMENT/ROUTE` */
  readonly target?: string;
  /** Each `NAME=VALUE`. */
  readonly label?: readonly string[];
  readonly record?: string;
  readonly sign?: string;
  readonly journal?: string;
  readonly allowUnsigned?: boolean;
  readonly otlp?: string;
  /** Address of the NATS server that agents are at. */
  readonly agents?: string;
  /** Names, separated by commas. */
  readonly expectAgents?: string;
  readonly agentKeys?: string;
  readonly waitForAgents?: string;
  readonly planKey?: string;
  readonly busCredentials?: string;
  readonly busCa?: string;
  readonly id?: string;
  readonly connect?: string;
  readonly once?: boolean;
  readonly maxRate?: string;
  readonly maxDuration?: string;
  readonly manifest?: string;
  readonly image?: string;
  readonly apply?: boolean;
}

/** State folder of a run: journals, the lease, the lab. */
export function stateDirOf({ stateDir }: CommandOptions): string {
  return stateDir ?? '.firebreak';
}
