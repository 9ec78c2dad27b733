import { readdirSync, readFileSync } from 'node:fs';

/** Parts of /proc/PID/stat behind the name of the program, which may hold spaces. */
function stat(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function idsIn(folder: string): number[] {
  return readdirSync(folder).map(Number).filter(Boolean);
}

/** The processes that this one has started and that still run. */
export function childrenOf(parent: number): number[] {
  return idsIn('/proc').filter((pid) => {
    try {
      const [state, parentId] = stat(`/proc/${pid}/stat`);
      return Number(parentId) === parent && state !== 'Z';
    } catch {
      return false; // has ended meanwhile
    }
  });
}

/** Those, those that they have started, and so on. */
export function descendantsOf(parent: number): number[] {
  return childrenOf(parent).flatMap((child) => [child, ...descendantsOf(child)]);
}

/** How nice each thread of a process is: 0 as usual, 19 to all others. */
export function nicenessOfThreads(pid: number): number[] {
  return idsIn(`/proc/${pid}/task`).map((thread) => Number(stat(`/proc/${pid}/task/${thread}/stat`)[16]));
}

export function isRunning(pid: number): boolean {
  try {
    return stat(`/proc/${pid}/stat`)[0] !== 'Z';
  } catch {
    return false;
  }
}
