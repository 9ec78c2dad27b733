/** Self time of Latchkey's welcome page by package and by source file. */
import { inside, insideSettings } from './child.mjs';
import { drive, warmUp } from './drive.mjs';
import { Instance } from './instance.mjs';
import { isLatchkey } from './targets.mjs';

const LINES = 20;
const SECONDS = 5;

/** Time in Node itself counts for its caller. */
function ownerOf(node) {
  for (let one = node; one; one = one.parent) {
    const { url, functionName } = one.callFrame;
    if (functionName === '(garbage collector)') return 'garbage collector';
    if (functionName === '(program)') return 'native code and kernel';
    const [, file] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? /(dist\/.+)$/.exec(url) ?? [];
    if (file) return file;
  }
  return 'node itself';
}

/** @returns `[what, µs]`, the most first, and the sum. */
function breakdown({ nodes, samples, timeDeltas }) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  for (const node of nodes) for (const child of node.children ?? []) byId.get(child).parent = node;
  const owners = new Map();
  const functions = new Map();
  let busy = 0;
  samples.forEach((id, index) => {
    const node = byId.get(id);
    const { functionName, url, lineNumber } = node.callFrame;
    if (functionName === '(idle)') return;
    const us = timeDeltas[index];
    busy += us;
    const file = url.replace(/.*(node_modules\/|(?=dist\/))/, '');
    const leaf = `${functionName || '(anonymous)'} ${file}:${lineNumber + 1}`;
    for (const [sums, key] of [
      [owners, ownerOf(node)],
      [functions, leaf],
    ])
      sums.set(key, (sums.get(key) ?? 0) + us);
  });
  const most = (sums) => [...sums].sort(([, one], [, other]) => other - one).slice(0, LINES);
  return { busy, owners: most(owners), functions: most(functions) };
}

export async function profile(context) {
  const targets = context.targets.filter((target) => isLatchkey(target) && target.workers === 1);
  for (const target of targets) {
    const instance = await Instance.create(target, context);
    await instance.upWithUsers(32, insideSettings(instance, 'profile'));
    await warmUp(instance, context.services);
    const { seen, result } = await inside(instance, () =>
      drive(instance, context.services, target.paths.welcome, { seconds: SECONDS }),
    );
    const { busy, owners, functions } = breakdown(seen);
    const line = ([what, us]) =>
      `${((us / busy) * result.cpu).toFixed(0).padStart(5)} µs ${((us / busy) * 100).toFixed(1).padStart(5)} %  ${what}`;
    console.log(`\n${target.name}: ${result.cpu.toFixed(0)} µs CPU a request, profiling included\n`);
    console.log([...owners.map(line), '', ...functions.map(line)].join('\n'));
    await instance.remove();
  }
}
