import type { ConfigReader } from '../adapters/read-config.ts';
import type { Approval, KeptApproval } from '../model/approval.ts';
import type { ConfigSubject } from '../model/config.ts';
import { looksLikeDiscovery, readDiscovery } from '../audit/read-discovery.ts';
import { looksLikeHistory, readHistory } from '../audit/read-history.ts';
import type { DiscoveryFacts } from '../model/discovery.ts';
import type { DocumentKind, FileTexts, SourceDocument, ValidDocument } from '../model/document.ts';
import type { DrillSpec } from '../model/drill.ts';
import type { Problem } from '../model/failure.ts';
import type { Estate } from '../model/finding.ts';
import type { IssuerHistory } from '../model/history.ts';
import type { Guardrail } from '../model/guardrail.ts';
import type { EncryptedToken, JwksFacts, TokenFacts } from '../model/key.ts';
import { startOf } from '../model/location.ts';
import type { TokenPolicySpec } from '../model/policy.ts';
import type { TokenTest } from '../model/token-test.ts';
import type { StoredResult } from '../model/stored-result.ts';
import type { Baseline, Waiver } from '../model/waiver.ts';
import { compareProblems } from '../policy/problem-order.ts';
import { readApproval } from '../policy/read-approval.ts';
import { checkGuardrails } from '../policy/check-guardrails.ts';
import { judgePermits } from '../policy/check-permits.ts';
import { readDrill } from '../policy/read-drill.ts';
import { looksLikeDrillResult, readDrillResult } from '../policy/read-drill-result.ts';
import { readGuardrail } from '../policy/read-guardrail.ts';
import { readContainmentPlan } from '../policy/read-containment-plan.ts';
import { readIncident } from '../policy/read-incident.ts';
import { readRevocation } from '../policy/read-revocation.ts';
import { readBaseline, readWaiver } from '../policy/read-waiver.ts';
import { CONFIG_FILE, readGateConfig } from '../policy/read-gate-config.ts';
import { readInventory } from '../policy/read-inventory.ts';
import { readTokenTest } from '../policy/read-token-test.ts';
import { resolvePolicies } from '../policy/resolve.ts';
import { checkNames, claimsToBeOurs, validateDocument } from '../policy/validate.ts';
import { predict } from '../predict/predict.ts';
import type { SourceComment } from '../source/comments.ts';
import { readComments } from '../source/comments.ts';
import type { ParsedFile } from '../source/parse.ts';
import { parseDocuments } from '../source/parse.ts';
import type { Blocklist } from '../token/analysis/known-compromised.ts';
import { looksLikeJwks, readJwks } from '../token/read-jwks.ts';
import { looksLikePem, readKeyFile } from '../token/read-key-file.ts';
import { readToken } from '../token/read-token.ts';
import { CODE_OWNER_FILES, hasOwner } from './code-owners.ts';
import { DIRECTIVE_WORD, isDirective } from './directive.ts';
import { checkConfigReferences, completeInventories } from './config-inventory.ts';
import { pairConfigs } from './pair-configs.ts';
import { predictConfigs } from './predict-configs.ts';
import { withRecordedEdges } from './recorded-edges.ts';
import { redactConfig, redactHistory, redactJwks, redactText, redactToken } from './redact.ts';
import { checkReferences } from './references.ts';
import type { ShownTexts } from './shown-texts.ts';
import { shownTexts } from './shown-texts.ts';
import { tokensIn } from './tokens-in.ts';

/** One text to look at. */
export interface EstateInput {
  /** As the user would type it: relative to the working directory, with forward slashes. */
  readonly file: string;
  readonly text: string;
  /** The user named this very file, so that "not one of ours" is an error instead of a reason to skip it. */
  readonly named?: boolean;
}

export interface ReadOptions {
  /** Milliseconds since the epoch; dates are judged by it. */
  readonly now: number;
  /** HMAC secrets to try on recorded tokens, beside the built-in ones. */
  readonly hmacWords?: readonly string[];
  /** Further keys whose private half is known. */
  readonly blocklist?: Blocklist | null;
  /** Whether a CODEOWNERS was looked for where the repository begins; one that exists is among the inputs. */
  readonly soughtCodeOwners?: boolean;
  /** Parses files of ours; a cache can take its place, and where two versions are read, what both have is parsed once. */
  readonly parse?: (file: string, text: string) => ParsedFile;
}

/** Everything that was read, whole or with faults. */
export interface EstateRead {
  readonly estate: Estate;
  readonly drills: readonly DrillSpec[];
  readonly waivers: readonly Waiver[];
  readonly baselines: readonly Baseline[];
  readonly tokenTests: readonly TokenTest[];
  readonly guardrails: readonly Guardrail[];
  /** What could not be read, by position. Whatever hangs on it is missing from the estate. */
  readonly problems: readonly Problem[];
  /** Files that are ours, for code frames: secrets in them are masked, positions hold. */
  readonly texts: FileTexts;
  /** Comments that are, or were meant to be, directives. */
  readonly directives: readonly SourceComment[];
  /** Files of somebody else. */
  readonly skipped: number;
  /** Policies that are there, whether or not they could be resolved. */
  readonly declaredPolicies: readonly { readonly name: string; readonly file: string }[];
}

export interface EstateReading {
  readonly read: EstateRead;
  /** A file may be a configuration, and nothing was there to read it with: the estate is not whole. */
  readonly lacksConfigs: boolean;
}

interface Gathered {
  readonly documents: ValidDocument<unknown>[];
  /** `kind/name` of every document with its file, faulty ones too, so that a fault is told once. */
  readonly declared: Map<string, string>;
  readonly jwks: JwksFacts[];
  readonly tokens: TokenFacts[];
  readonly encryptedTokens: EncryptedToken[];
  readonly configs: ConfigSubject[];
  readonly discovery: DiscoveryFacts[];
  readonly histories: IssuerHistory[];
  readonly drillResults: StoredResult[];
  readonly problems: Problem[];
  readonly texts: ShownTexts;
  readonly directives: SourceComment[];
  skipped: number;
  lacksConfigs: boolean;
}

/**
 * Reads policies, inventories, drills, key sets and recorded tokens out of files, told apart by their content. The order
 * of the inputs makes no difference; a file given twice is read once.
 *
 * @param reader reads configuration files of other products; null while their adapters are not loaded
 */
export function readEstateWith(
  inputs: readonly EstateInput[],
  options: ReadOptions,
  reader: ConfigReader | null,
): EstateReading {
  const gathered: Gathered = {
    documents: [],
    declared: new Map(),
    jwks: [],
    tokens: [],
    encryptedTokens: [],
    configs: [],
    discovery: [],
    histories: [],
    drillResults: [],
    problems: [],
    texts: shownTexts(),
    directives: [],
    skipped: 0,
    lacksConfigs: false,
  };
  const ordered = inSteadyOrder(inputs);
  const keyTexts = (): readonly string[] =>
    ordered.filter(({ file, text }) => isJwksFile(file, text) || looksLikePem(text)).map(({ text }) => text);
  for (const input of ordered) readInput(input, { ...options, keyTexts, reader }, gathered);
  const { documents, problems } = gathered;
  problems.push(...checkNames(documents.filter(({ kind }) => kind !== 'TokenPolicy')));
  const { policies, problems: unresolved } = resolvePolicies(
    documents.filter(({ kind }) => kind === 'TokenPolicy') as readonly ValidDocument<TokenPolicySpec>[], // its schema was checked
  );
  problems.push(...unresolved);
  const inventories = documentsOf(gathered, 'Inventory', (document) => {
    const { inventory, problems: faults } = readInventory(document);
    return [inventory, faults];
  });
  const drills = documentsOf(gathered, 'Drill', (document) => {
    const { drill, problems: faults } = readDrill(document);
    return [drill, faults];
  });
  const waivers = documentsOf(gathered, 'Waiver', (document) => {
    const { waiver, problems: faults } = readWaiver(document);
    return [waiver, faults];
  });
  const baselines = documentsOf(gathered, 'Baseline', (document) => {
    const { baseline, problems: faults } = readBaseline(document);
    return [baseline, faults];
  });
  const approvals = documentsOf(gathered, 'ChangeApproval', (document) => {
    const { approval, problems: faults } = readApproval(document);
    return [approval, faults];
  });
  const tokenTests = documentsOf(gathered, 'TokenTest', (document) => {
    const { test, problems: faults } = readTokenTest(document);
    return [test, faults];
  });
  problems.push(...checkReferences(documents, new Set(gathered.declared.keys())));
  const guardrails = documents.filter(({ kind }) => kind === 'Guardrail').map(readGuardrail);
  const permits = judgePermits(policies, waivers, options.now);
  problems.push(...permits.problems);
  const revocations = documentsOf(gathered, 'Revocation', (document) => {
    const { revocation, problems: faults } = readRevocation(document);
    return [revocation, faults];
  });
  problems.push(
    ...documents.filter(({ kind }) => kind === 'Incident').flatMap((document) => readIncident(document).problems),
  );
  problems.push(
    ...documents
      .filter(({ kind }) => kind === 'ContainmentPlan')
      .flatMap((document) => readContainmentPlan(document).problems),
  );
  const configs = reader === null || gathered.configs.length === 0 ? [] : reader.join(gathered.configs);
  const leaveOut = (problem: Problem): void => void problems.push(problem);
  const pairs = pairConfigs(configs, leaveOut);
  const joined = withRecordedEdges(completeInventories(inventories, configs), gathered.histories);
  problems.push(...checkConfigReferences(inventories, configs));
  const tokensInFiles = ordered
    .filter((input) => isAboutOthers(input, gathered))
    .flatMap((input) => tokensIn(input, leaveOut));
  const read: EstateRead = {
    estate: {
      policies,
      inventories: joined,
      revocations,
      jwks: gathered.jwks,
      tokens: gathered.tokens,
      encryptedTokens: gathered.encryptedTokens,
      tokensInFiles,
      discovery: gathered.discovery,
      histories: gathered.histories,
      drillResults: gathered.drillResults,
      predictions: [...predict(joined, policies), ...predictConfigs(configs, pairs, joined, policies)],
      approvals: keptApprovals(approvals, ordered, options),
      configs,
      pairs,
      overGuardrails: checkGuardrails(policies, guardrails, { waivers, now: options.now }),
      idlePermits: permits.idle,
      now: options.now,
    },
    drills,
    waivers,
    baselines,
    tokenTests,
    guardrails,
    problems: [...problems].sort(compareProblems),
    texts: gathered.texts,
    directives: gathered.directives,
    skipped: gathered.skipped,
    declaredPolicies: declaredPolicies(gathered.declared),
  };
  return { read, lacksConfigs: gathered.lacksConfigs };
}

/** The first CODEOWNERS of those that a code host looks at decides. */
function keptApprovals(
  approvals: readonly Approval[],
  inputs: readonly EstateInput[],
  { soughtCodeOwners = false }: ReadOptions,
): readonly KeptApproval[] {
  if (approvals.length === 0) return [];
  const [owners] = CODE_OWNER_FILES.flatMap((name) => inputs.filter(({ file }) => file === name));
  const none = soughtCodeOwners ? 'no-code-owners' : 'unknown';
  const reviewOf = (file: string): KeptApproval['review'] =>
    owners === undefined ? none : hasOwner(owners.text, file) ? 'owners' : 'nobody';
  return approvals.map((approval) => ({ ...approval, review: reviewOf(approval.file) }));
}

/** Every document of a kind, read by its own reader; what is wrong with one is told, and the others are there. */
function documentsOf<T>(
  { documents, problems }: Gathered,
  kind: DocumentKind,
  read: (document: ValidDocument<unknown>) => readonly [T | null, readonly Problem[]],
): readonly T[] {
  return documents
    .filter((document) => document.kind === kind)
    .flatMap((document): readonly T[] => {
      const [value, faults] = read(document);
      problems.push(...faults);
      return value === null ? [] : [value];
    });
}

function inSteadyOrder(inputs: readonly EstateInput[]): readonly EstateInput[] {
  const byFile = new Map<string, EstateInput>();
  for (const input of inputs) {
    if (input.named === true || !byFile.has(input.file)) byFile.set(input.file, input);
  }
  return [...byFile.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
}

interface ReadingOptions extends ReadOptions {
  readonly keyTexts: () => readonly string[];
  readonly reader: ConfigReader | null;
}

function readInput(input: EstateInput, options: ReadingOptions, gathered: Gathered): void {
  const { file, text, named = false } = input;
  if (CODE_OWNER_FILES.includes(file)) {
    gathered.texts.set(file, () => redactText(text));
    return;
  }
  if (file === CONFIG_FILE) {
    gathered.texts.set(file, () => redactText(text));
    gathered.problems.push(...readGateConfig(file, text).problems);
    return;
  }
  if (isTokenFile(file, text)) {
    const words = options.hmacWords ?? [];
    const { token, encrypted, problems } = readToken(file, text, { words, keyTexts: options.keyTexts });
    gathered.texts.set(file, () => redactToken(text));
    gathered.problems.push(...problems);
    if (token !== null) gathered.tokens.push(token);
    if (encrypted !== undefined) gathered.encryptedTokens.push(encrypted);
    return;
  }
  if (looksLikeHistory(text) || (named && file.endsWith('.ndjson'))) {
    readHistoryFile(input, options, gathered);
    return;
  }
  if (looksLikeDrillResult(text)) {
    const { stored, problems } = readDrillResult(file, text);
    gathered.texts.set(file, () => redactText(text));
    gathered.problems.push(...problems);
    if (stored !== null) gathered.drillResults.push(stored);
    return;
  }
  if (isJwksFile(file, text)) {
    const { jwks, problems } = readJwks(file, text, undefined, options.blocklist ?? null);
    gathered.texts.set(file, () => redactJwks(text));
    gathered.problems.push(...problems);
    if (jwks !== null) gathered.jwks.push(jwks);
    return;
  }
  if (looksLikePem(text) && readPemText(input, options, gathered)) return;
  if (looksLikeDiscovery(text)) {
    const { discovery, problems } = readDiscovery(file, text);
    gathered.texts.set(file, () => redactHistory(text));
    gathered.problems.push(...problems);
    if (discovery !== null) gathered.discovery.push(discovery);
    return;
  }
  // Templates and manifests of other programs need not even be valid YAML; only files that speak of us are parsed.
  if (!text.includes('firebreak.dev/')) {
    if (readConfigText(input, options, gathered)) return;
    if (!named) {
      gathered.skipped += 1;
      return;
    }
  }
  readDocumentFile(input, options, gathered);
}

/**
 * Reads the keys of a text and, where an adapter knows it, what else it says. False for a text that only shows a key, as a
 * comment or a template does, and that nobody named as one.
 */
function readPemText(input: EstateInput, options: ReadingOptions, gathered: Gathered): boolean {
  const { file, text, named = false } = input;
  const isConfig = readConfigText(input, options, gathered);
  // An adapter that reads keys knows which of them count.
  if (isConfig && gathered.configs.some((config) => config.file === file && hasInlineKeys(config))) return true;
  const { jwks, problems } = readKeyFile(file, text, undefined, options.blocklist ?? null);
  if (jwks !== null) gathered.jwks.push(jwks);
  if (isConfig) return true;
  if (jwks === null && !named) return false;
  gathered.texts.set(file, () => redactText(text));
  gathered.problems.push(...problems);
  return true;
}

/** Reads a configuration of another product; false when no adapter knows it. */
function readConfigText({ file, text }: EstateInput, { reader }: ReadingOptions, gathered: Gathered): boolean {
  if (reader === null) {
    gathered.lacksConfigs = true;
    return false;
  }
  const { recognised, subjects, problems } = reader.read(file, text);
  if (!recognised && problems.length === 0) return false;
  gathered.problems.push(...problems);
  gathered.texts.set(file, () => redactConfig(text, subjects));
  gathered.configs.push(...subjects);
  return true;
}

function hasInlineKeys(config: ConfigSubject): boolean {
  return 'inlineKeys' in config && config.inlineKeys.length > 0;
}

/** The last key set and documents of a history are audited like files. */
function readHistoryFile({ file, text }: EstateInput, { blocklist }: ReadOptions, gathered: Gathered): void {
  const { history, jwks, discovery, problems } = readHistory(file, text, blocklist ?? null);
  gathered.texts.set(file, () => redactHistory(text));
  gathered.problems.push(...problems);
  gathered.discovery.push(...discovery);
  if (jwks !== null) gathered.jwks.push(jwks);
  if (history !== null) gathered.histories.push(history);
}

function readDocumentFile(input: EstateInput, options: ReadingOptions, gathered: Gathered): void {
  const { file, text, named = false } = input;
  const { documents, problems } = (options.parse ?? parseDocuments)(file, text);
  const ours = documents.filter(({ data }) => claimsToBeOurs(data));
  if (ours.length === 0 && problems.length === 0) {
    if (readConfigText(input, options, gathered)) return;
    gathered.skipped += 1;
    if (named) gathered.problems.push(notOurs(file));
    return;
  }
  // Documents of other products may stand beside ours, or do no more than speak of them.
  if (documents.length === ours.length || !readConfigText(input, options, gathered))
    gathered.texts.set(file, () => redactText(text));
  gathered.problems.push(...problems);
  if (ours.length > 0 && text.includes(DIRECTIVE_WORD))
    gathered.directives.push(...readComments(file, text, isDirective));
  for (const source of ours) {
    gathered.declared.set(declaredName(source), source.file);
    const validation = validateDocument(source);
    gathered.problems.push(...validation.problems);
    if (validation.document !== null) gathered.documents.push(validation.document);
  }
}

/** A file that is read and is no token itself; metadata may be signed, which makes it a token on purpose. */
function isAboutOthers({ file, text }: EstateInput, { texts }: Gathered): boolean {
  return texts.has(file) && !isTokenFile(file, text) && !looksLikeDiscovery(text) && !looksLikeHistory(text);
}

/** A compact JWT is three parts of base64url of which the first begins with `{"` (RFC 7519 section 3). */
function isTokenFile(file: string, text: string): boolean {
  return file.endsWith('.jwt') || /^\s*eyJ[\w-]*\.[\w-]*\.[\w-]*\s*$/.test(text.slice(0, 65_536));
}

/** By content, or by a name that promises one: an error page saved as jwks.json must not go unseen. */
function isJwksFile(file: string, text: string): boolean {
  const name = file.slice(file.lastIndexOf('/') + 1).toLowerCase();
  return looksLikeJwks(text) || /(?:^|[._-])jwks?(?:\.json)?$/.test(name);
}

function declaredPolicies(declared: ReadonlyMap<string, string>): EstateRead['declaredPolicies'] {
  const prefix = 'TokenPolicy/';
  return [...declared].flatMap(([key, file]) =>
    key.startsWith(prefix) ? [{ name: key.slice(prefix.length), file }] : [],
  );
}

function declaredName({ data }: SourceDocument): string {
  const { kind, metadata } = data as { kind?: unknown; metadata?: { name?: unknown } | null };
  return `${String(kind)}/${String(metadata?.name)}`;
}

function notOurs(file: string): Problem {
  return {
    code: 'document/invalid',
    message: 'this file is no policy, inventory, drill, key set, token or configuration that is known here',
    hint: 'a document starts with apiVersion: firebreak.dev/v1alpha1, a key set has a member keys, a token ends in .jwt',
    at: startOf(file),
  };
}
