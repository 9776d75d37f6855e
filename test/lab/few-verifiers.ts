/** The lab's inventory with three kinds of caches, where those are enough; the drills run all nine verifiers. */
export function fewVerifiers(inventory: string): string {
  const [head = '', rest = ''] = inventory.split('  verifiers:\n');
  const [verifiers = '', responses = ''] = rest.split(/(?=^ {2}# What is done on the bad day)/m);
  const kept = verifiers
    .split(/(?=^ {4}- name: )/m)
    .filter((block) => /^ {4}- name: (?:jose|get-jwks|aws-jwt-verify)$/m.test(block))
    .map((block) => block.replaceAll(/^ {4}#.*\n/gm, ''));
  return `${head}  verifiers:\n${kept.join('')}${responses}`;
}
