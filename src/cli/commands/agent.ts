import { join } from 'node:path';
import { serveAgent } from '../../agents/agent.ts';
import { readFaults, wrongClock, wronglyTimed } from '../../agents/faults.ts';
import { kubernetesManifest, systemdManifest } from '../../agents/manifest.ts';
import type { AgentLimits } from '../../agents/plan-check.ts';
import type { ExitCode } from '../../model/exit.ts';
import { EXIT } from '../../model/exit.ts';
import { UserError } from '../../model/failure.ts';
import { readAllowList } from '../../system/allow-list.ts';
import { systemClock } from '../../system/clock.ts';
import { createHttp } from '../../system/http.ts';
import { openJournalFile } from '../../system/journal-file.ts';
import { natsAddress } from '../../system/nats-address.ts';
import { connectNats } from '../../system/nats-bus.ts';
import { readCheckingKey } from '../../token/report-key.ts';
import { needed, readAgentKey, readAgentNames, readBusPlace, readDurationOption } from '../bus-options.ts';
import type { Io } from '../io.ts';
import type { CommandOptions } from '../options.ts';
import { stateDirOf } from '../options.ts';
import { readKeyText } from '../stored-results.ts';

/** `firebreak agent`: probes for drills that another machine runs, from this one, until it is stopped. */
export async function runAgentCommand(io: Io, _args: readonly string[], options: CommandOptions): Promise<ExitCode> {
  const url = needed(options.connect, '--connect', 'the NATS server of the drills: --connect tls://HOST:4222');
  if (options.manifest !== undefined) {
    io.out(manifestOf(options.manifest, url, options));
    return EXIT.done;
  }
  const limits = readLimits(options);
  const planKeyFile = needed(options.planKey, '--plan-key', 'public half of the key that plans are signed with');
  const planKey = readCheckingKey(await readKeyText(planKeyFile));
  const agentKey = await readAgentKey(needed(options.key, '--key', 'private key of this agent, P-256'));
  const place = await readBusPlace(url, options);
  const signals = io.takeSignals();
  const bus = await connectNats(place, `firebreak agent ${limits.id}`);
  const faults = readFaults(io.env['FIREBREAK_AGENT_FAULTS']);
  const say = (text: string): void => {
    if (options.quiet !== true) io.err(`agent ${limits.id}: ${text}\n`);
  };
  try {
    const serving = serveAgent(
      {
        bus,
        clock: faults.clockOffset === 0 ? systemClock : wrongClock(systemClock, faults.clockOffset),
        http: wronglyTimed(createHttp(options.allow ?? []), faults.clockOffset),
        limits,
        planKey,
        agentKey,
        refusalBy,
        openSpool: (run) => openJournalFile(join(stateDirOf(options), 'agents', limits.id, `${run}.ndjson`)),
        say,
        duplicateUploads: faults.duplicateUploads,
      },
      options.once === true,
      signals.stop,
    );
    say(`waits for drills at ${url}`);
    await serving;
    return EXIT.done;
  } finally {
    await bus.close();
  }
}

/** The text that runs this agent elsewhere. Nothing is connected, and no key is read. */
function manifestOf(kind: string, connect: string, options: CommandOptions): string {
  const { allow = [], maxRate = '50', maxDuration = '1h', image } = options;
  const agents = readAgentNames(
    needed(options.id, '--id', 'name of the agent; for Kubernetes the zones, separated by commas'),
  );
  readLimits({ ...options, id: agents[0] ?? '' });
  natsAddress({ url: connect, credentials: { reveal: () => '' }, ca: null });
  const input = { agents, connect, allow, maxRate, maxDuration };
  const maxDurationSeconds = Math.ceil(readDurationOption(maxDuration, '--max-duration') / 1000);
  switch (kind) {
    case 'kubernetes': {
      const named = needed(image, '--image', 'container image with firebreak as its entry point');
      return kubernetesManifest({ ...input, maxDurationSeconds, image: named });
    }
    case 'systemd':
      return systemdManifest({ ...input, maxDurationSeconds, image: '' });
    default:
      throw new UserError('usage/bad-argument', `there is no manifest for "${kind}"`, {
        hint: 'choose kubernetes or systemd',
      });
  }
}

function readLimits({ id, allow = [], maxRate = '50', maxDuration = '1h' }: CommandOptions): AgentLimits {
  const [name = ''] = readAgentNames(needed(id, '--id', 'the name that drills expect this agent under'));
  if (allow.length === 0)
    throw new UserError('usage/bad-argument', 'an agent without --allow may ask nobody', {
      hint: '--allow HOST, *.DOMAIN, an address or a CIDR; may be repeated',
    });
  const maxPerSecond = Number(maxRate);
  if (!(maxPerSecond > 0))
    throw new UserError('usage/bad-argument', `--max-rate "${maxRate}" is no number above 0`, {
      hint: 'requests per second that a plan may ask of this agent',
    });
  return {
    id: name,
    refusalOf: (url) => refusalBy(allow, url),
    maxPerSecond,
    maxDuration: readDurationOption(maxDuration, '--max-duration'),
  };
}

/** What the connection checks again, on the address that the name resolves to. */
function refusalBy(allow: readonly string[], url: string): string | null {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || (parsed.protocol !== 'http:' && parsed.protocol !== 'https:'))
    return `${url} is no HTTP address`;
  return readAllowList(allow).allowsHost(parsed.hostname) ? null : `${parsed.hostname} is not on the allow-list`;
}
