// The engine of drills as a module that plain Node can load: what the benches of probing measure.
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';

/** Bundles a bench process together with the sources it imports from `src`. Returns the path of the module. */
export async function bundleProcess(folder, name) {
  const bundle = await rolldown({ input: resolve(`bench/probing/${name}.mjs`), platform: 'node', cwd: resolve('.') });
  const file = join(folder, `${name}.mjs`);
  await bundle.write({ file, format: 'esm', codeSplitting: false });
  await bundle.close();
  return file;
}
