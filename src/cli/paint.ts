import type { Paint } from '../report/color.ts';
import { paint, wantsColor } from '../report/color.ts';
import type { Io } from './io.ts';

/** Colours for one of the two streams, as the command line and the environment want it. */
export function paintFor(io: Io, stream: 'out' | 'err', when: string | boolean = 'auto'): Paint {
  const chosen = when === false ? 'never' : typeof when === 'string' ? when : 'auto';
  return paint(
    wantsColor({ env: io.env, isTerminal: stream === 'out' ? io.outIsTerminal : io.errIsTerminal, when: chosen }),
  );
}
