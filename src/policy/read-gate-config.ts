import type { GateRule } from '../model/change.ts';
import type { SourceDocument } from '../model/document.ts';
import type { Problem } from '../model/failure.ts';
import type { GateCause, GateConfig } from '../model/gate.ts';
import { GATE_CAUSES } from '../model/gate.ts';
import { startOf } from '../model/location.ts';
import { parseDuration } from '../model/quantity.ts';
import { explainFaults } from './explain-fault.ts';
import type { Cursor } from './facts.ts';
import {
  child,
  cursorAt,
  entries,
  faultAt,
  flagOf,
  isGiven,
  items,
  placeOf,
  requiredText,
  textOf,
  textsOf,
  unknownName,
} from './facts.ts';
import { GATE_DEFAULTS, STRICT_GATE } from './gate-defaults.ts';
import { CONFIG_SCHEMA } from './schema/config.ts';
import { validateConfig } from './validators/config.ts';
import { parseDocuments } from '../source/parse.ts';

/** The settings file, at the root of the repository. */
export const CONFIG_FILE = 'firebreak.yaml';

export interface ConfigReading {
  /** The strict gate when the file has a fault: nobody can tell what it asks for. */
  readonly config: GateConfig;
  readonly problems: readonly Problem[];
}

/** Reads the gate out of firebreak.yaml; the defaults where there is no such file, and for every key it leaves out. */
export function readGateConfig(file: string, text: string | null): ConfigReading {
  if (text === null) return { config: GATE_DEFAULTS, problems: [] };
  const { documents, problems } = parseDocuments(file, text);
  const [document, second] = documents;
  if (problems.length > 0) return { config: STRICT_GATE, problems };
  if (document === undefined || second !== undefined) {
    const message = `${file} holds ${documents.length} documents`;
    return failed([{ code: 'document/invalid', message, hint: 'write one, with version: 1', at: startOf(file) }]);
  }
  if (!validateConfig(document.data)) {
    return failed(explainFaults(validateConfig.errors ?? [], document, CONFIG_SCHEMA));
  }
  return readValid(document);
}

function failed(problems: readonly Problem[]): ConfigReading {
  return { config: STRICT_GATE, problems };
}

function readValid(document: SourceDocument): ConfigReading {
  const gate = cursorAt(document, '/gate');
  const problems: Problem[] = [];
  const approvals = readApprovals(child(gate, 'approvals'), problems);
  const guarded = child(gate, 'protected');
  const replay = child(gate, 'replay');
  const massChange = child(gate, 'mass_change');
  if (problems.length > 0) return failed(problems);
  return {
    config: {
      rules: readRules(gate),
      approvals,
      replay: {
        maxRevoked: shareOf(child(replay, 'max_revoked')),
        minDecidable: shareOf(child(replay, 'min_decidable')),
      },
      massChange: {
        share: shareOf(child(massChange, 'share')) ?? GATE_DEFAULTS.massChange.share,
        of: numberOf(child(massChange, 'of')) ?? GATE_DEFAULTS.massChange.of,
      },
      protected: {
        rule: ruleOf(child(guarded, 'rule')) ?? GATE_DEFAULTS.protected.rule,
        paths: isGiven(child(guarded, 'paths')) ? textsOf(child(guarded, 'paths')) : GATE_DEFAULTS.protected.paths,
      },
      at: isGiven(gate) ? placeOf(gate) : null,
    },
    problems: [],
  };
}

function readRules(gate: Cursor): GateConfig['rules'] {
  return Object.fromEntries(
    GATE_CAUSES.map((cause) => [cause, ruleOf(child(gate, cause)) ?? GATE_DEFAULTS.rules[cause]]),
  ) as Readonly<Record<GateCause, GateRule>>; // one entry for each cause
}

function readApprovals(approvals: Cursor, problems: Problem[]): GateConfig['approvals'] {
  const fallback = GATE_DEFAULTS.approvals;
  const ttl = child(approvals, 'ttl');
  const duration = isGiven(ttl) ? parseDuration(requiredText(ttl)) : fallback.ttl;
  if (duration === undefined) problems.push(faultAt(ttl, 'the ttl is longer than can be counted', 'choose days: 14d'));
  return {
    min: numberOf(child(approvals, 'min')) ?? fallback.min,
    from: readApprovers(approvals, problems),
    preventSelfApproval: flagOf(child(approvals, 'prevent_self_approval'))?.value ?? fallback.preventSelfApproval,
    sticky: flagOf(child(approvals, 'sticky'))?.value ?? fallback.sticky,
    ttl: duration ?? fallback.ttl,
  };
}

const TEAM = 'team:';

/** Everybody who may approve, teams spelled out; nobody outside of the file is asked who is in a team. */
function readApprovers(approvals: Cursor, problems: Problem[]): readonly string[] | null {
  const from = child(approvals, 'from');
  if (!isGiven(from)) return null;
  const teams = child(approvals, 'teams');
  const names = entries(teams).map(([name]) => `${TEAM}${name}`);
  return items(from).flatMap((at) => {
    const who = requiredText(at);
    if (!who.startsWith(TEAM)) return [who];
    const members = child(teams, who.slice(TEAM.length));
    if (isGiven(members)) return textsOf(members);
    const unknown = unknownName(at, 'team', names);
    problems.push(names.length > 0 ? unknown : { ...unknown, hint: 'list its people under gate.approvals.teams' });
    return [];
  });
}

function ruleOf(at: Cursor): GateRule | null {
  return textOf(at) as GateRule | null; // an enum of the schema
}

function numberOf({ data }: Cursor): number | null {
  return typeof data === 'number' ? data : null;
}

function shareOf(at: Cursor): number | null {
  const text = textOf(at);
  return text === null ? null : Number(text.slice(0, -1)) / 100;
}
