import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { jsonText } from '../../report/json-text.ts';
import { PROFILES, raisedBy } from '../../rules/profiles.ts';
import { RULES } from '../../rules/registry.ts';
import type { Io } from '../io.ts';
import { readProfile } from '../lint-run.ts';
import type { CommandOptions } from '../options.ts';
import { readOutputs, writeOutputs } from '../output.ts';

/** `firebreak rules`: every rule with its severity under a profile and what it finds. */
export async function runRules(io: Io, _args: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const targets = readOutputs(options, ['pretty', 'json'], 'pretty');
  const profile = PROFILES[readProfile(options.profile)];
  const rows = RULES.map((rule) => {
    const because = raisedBy(profile, rule.id);
    const severity = because !== null && rule.severity === 'warning' ? ('error' as const) : rule.severity;
    return { ...rule, severity, because };
  });
  const width = Math.max(...rows.map(({ id }) => id.length));
  const json = {
    schema_version: '1.0',
    profile: { name: profile.name, title: profile.title, limits: profile.limits, sources: profile.sources },
    rules: rows.map(({ id, severity, because, confidence, on, summary, sources, since }) => ({
      id,
      severity,
      ...(because === null ? {} : { because }),
      confidence,
      on,
      summary,
      sources,
      since,
    })),
  };
  const pretty = rows
    .map(({ id, severity, summary, because }) => {
      const reason = because === null ? '' : ` (${profile.name}: ${because})`;
      return `${id.padEnd(width)}  ${severity.padEnd(7)}  ${summary}${reason}\n`;
    })
    .join('');
  await writeOutputs(targets, (format) => (format === 'json' ? jsonText(json) : pretty), io);
  return EXIT.done;
}
