// Key sets against their limits: `node bench/jwks.mjs [keys]`. Goals: at most 0.5 ms per RSA key without the search for
// shared primes, that search over 1,000 moduli under 2 s, and hostile sets of the largest size read in seconds.
import { generatePrimeSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { rolldown } from 'rolldown';

const count = Number(process.argv[2] ?? 1000);
const folder = await mkdtemp(join(tmpdir(), 'firebreak-bench-'));
const row = (...cells) => console.log(cells.map((cell, at) => String(cell).padEnd(at === 0 ? 52 : 14)).join(''));

try {
  const { readJwks } = await load('src/token/read-jwks.ts');
  const { findSharedPrimes } = await load('src/rules/shared-primes.ts');
  console.log(`Node ${process.version}, processor time, best of 5, ${count} keys\n`);
  row('what', 'measured', 'limit');
  const moduli = products(count, 2048);
  const usual = setOf(moduli);
  row('audit of one RSA-2048 key', `${(best(() => readJwks('a', usual)) / count).toFixed(3)} ms`, '0.5 ms');
  const twenty = setOf(moduli.slice(0, 20));
  row('audit of one key in a set of 20', `${(best(() => readJwks('a', twenty)) / 20).toFixed(3)} ms`, '-');
  row(`shared primes of ${count} moduli`, `${(best(() => findSharedPrimes(moduli)) / 1000).toFixed(2)} s`, '2 s');
  for (const [name, text] of Object.entries(hostileSets())) {
    row(`hostile: ${name}`, `${(best(() => readJwks('a', text), 1) / 1000).toFixed(2)} s`, '5 s');
  }
} finally {
  await rm(folder, { recursive: true });
}

/** One module of the source as this Node can run it. */
async function load(path) {
  const file = join(folder, `${path.replaceAll('/', '-')}.mjs`);
  const bundle = await rolldown({ input: resolve(path), platform: 'node' });
  await bundle.write({ file, format: 'esm', codeSplitting: false });
  return import(file);
}

/** Odd numbers without small factors cost the analysis what products of two primes do, and are made a thousand times faster. */
function products(number, bits) {
  const small = [];
  // As far as the analysis looks: a number with such a factor is an error, which ends the analysis early.
  for (let candidate = 3; candidate < 65_536; candidate += 2) {
    if (small.every((prime) => prime * prime > candidate || candidate % prime !== 0)) small.push(candidate);
  }
  const product = small.map(BigInt).reduce((left, right) => left * right);
  const isRough = (value) => {
    let [x, y] = [value, product % value];
    while (y !== 0n) [x, y] = [y, x % y];
    return x === 1n;
  };
  const found = [];
  while (found.length < number) {
    const candidate = odd(bits / 8);
    if (isRough(candidate)) found.push(candidate);
  }
  return found;
}

function setOf(numbers, exponent = 65_537n) {
  const keys = numbers.map((n, at) => ({
    kty: 'RSA',
    kid: `k${at}`,
    alg: 'RS256',
    use: 'sig',
    e: encode(exponent),
    n: encode(n),
  }));
  return JSON.stringify({ keys });
}

function encode(number) {
  const hex = number.toString(16);
  return Buffer.from(hex.length % 2 === 1 ? `0${hex}` : hex, 'hex').toString('base64url');
}

function odd(octets) {
  const bytes = randomBytes(octets);
  bytes[0] |= 0x80;
  bytes[octets - 1] |= 1;
  return BigInt(`0x${bytes.toString('hex')}`);
}

function hostileSets() {
  const many = (number, make) => Array.from({ length: number }, make);
  const prime = generatePrimeSync(2048, { bigint: true });
  return {
    '360 moduli of 16,384 bits': setOf(many(360, () => odd(2048))),
    '1,000 moduli of 4,096 bits': setOf(many(1000, () => odd(512))),
    '360 moduli and exponents of 8,192 bits': setOf(
      many(360, () => odd(1024)),
      odd(1000),
    ),
    '1,000 times one prime': setOf(many(1000, () => prime)),
    '100,000 members': `{"keys":[{${many(100_000, (_, at) => `"k${at}":1`).join(',')}}]}`,
  };
}

/** Processor time, because other work on the machine is not part of the question. */
function best(work, rounds = 5) {
  let shortest = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    const begin = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(begin);
    shortest = Math.min(shortest, (user + system) / 1000);
  }
  return shortest;
}
