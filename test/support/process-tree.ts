import { readdirSync, readFileSync } from 'node:fs';

/** The fields of /proc/PID/stat after the program name, which may contain spaces. */
function stat(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function idsIn(folder: string): number[] {
  return readdirSync(folder).map(Number).filter(Boolean);
}

/** The running child processes of this one. */
export function childrenOf(parent: number): number[] {
  return idsIn('/proc').filter((pid) => {
    try {
      const [state, parentId] = stat(`/proc/${pid}/stat`);
      return Number(parentId) === parent && state !== 'Z';
    } catch {
      return false; // it has exited in the meantime
    }
  });
}

/** Its descendants. */
export function descendantsOf(parent: number): number[] {
  return childrenOf(parent).flatMap((child) => [child, ...descendantsOf(child)]);
}

/** The nice value of each thread of a process: 0 is normal, 19 the lowest priority. */
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
