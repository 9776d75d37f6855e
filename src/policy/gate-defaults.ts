import { GATE_CAUSES } from '../model/gate.ts';
import type { GateCause, GateConfig } from '../model/gate.ts';
import type { GateRule } from '../model/change.ts';
import { parseDuration, ZERO } from '../model/quantity.ts';

/** What holds where firebreak.yaml says nothing; docs/gate.md gives the reasons. */
export const GATE_DEFAULTS: GateConfig = {
  rules: {
    more_permissive: 'approve',
    incomparable: 'approve',
    less_permissive: 'allow',
    dead: 'approve',
    breaking_transient: 'warn',
    breaking_persistent: 'approve',
    ungoverned: 'deny',
    unknown: 'deny',
    assurance_weaker: 'approve',
  },
  approvals: {
    min: 1,
    from: null,
    preventSelfApproval: true,
    sticky: true,
    ttl: parseDuration('14d') ?? ZERO,
  },
  replay: { maxRevoked: null, minDecidable: null },
  massChange: { share: 0.3, of: 10 },
  // Where code hosts look for the file that says who must review what.
  protected: { rule: 'approve', paths: ['CODEOWNERS', '.github/CODEOWNERS', '.gitlab/CODEOWNERS', 'docs/CODEOWNERS'] },
  at: null,
};

/** The default rules with nothing left to pass by itself: for when nobody can tell what the base branch asks for. */
export const STRICT_GATE: GateConfig = {
  ...GATE_DEFAULTS,
  rules: Object.fromEntries(
    GATE_CAUSES.map((cause) => [cause, atLeastApprove(GATE_DEFAULTS.rules[cause])]),
  ) as Readonly<Record<GateCause, GateRule>>, // one entry for each cause
};

function atLeastApprove(rule: GateRule): GateRule {
  return rule === 'deny' ? 'deny' : 'approve';
}
