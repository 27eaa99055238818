// Finds and ends the processes of one attempt, also those that have left its process group.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** The environment variable that marks every process of an attempt. */
export const MARK = 'LATCHKEY_CONFORMANCE_ATTEMPT';

const hasProc = existsSync('/proc/self/stat');
const PATIENCE_MILLIS = 1_000;
const POLL_MILLIS = 25;

/**
 * Process ids, except [root] itself, of what runs in the group of [root], descends from it or carries [mark].
 * Where there is no /proc, a process that has left both the group and its parent is not found.
 */
export function processesOf(root, mark) {
  const table = hasProc ? processesFromProc(mark) : processesFromPs();
  const found = new Set([root]);
  for (const { pid, group, marked } of table) if (group === root || marked) found.add(pid);
  for (let before = 0; before < found.size; ) {
    before = found.size;
    for (const { pid, parent } of table) if (found.has(parent)) found.add(pid);
  }
  found.delete(root);
  return [...found];
}

/** Ends what [find] finds: politely at first, and for good after a second. */
export async function endAll(find) {
  for (const name of ['SIGTERM', 'SIGKILL']) {
    for (const pid of find()) signal(pid, name);
    if (await vanished(find, PATIENCE_MILLIS)) return;
  }
}

/** Whether [find] finds nothing any more within [millis]. */
export async function vanished(find, millis) {
  const deadline = Date.now() + millis;
  while (find().length > 0) {
    if (Date.now() >= deadline) return false;
    await sleep(POLL_MILLIS);
  }
  return true;
}

export function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
}

/** What a person recognises the process by. */
export function describe(pid) {
  try {
    const command = hasProc
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      : execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return command.trim().slice(0, 80) || `process ${pid}`;
  } catch {
    return `process ${pid}`;
  }
}

function processesFromProc(mark) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => processFromProc(pid, `${MARK}=${mark}`))
    .filter((entry) => entry !== undefined);
}

function processFromProc(pid, marking) {
  let stat;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined; // ended meanwhile
  }
  // The second field is the name in brackets, which may itself contain brackets and spaces.
  const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' ? undefined : { pid: Number(pid), parent: Number(parent), group: Number(group), marked: isMarked(pid, marking) };
}

function isMarked(pid, marking) {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(marking);
  } catch {
    return false; // ended meanwhile, or another user's
  }
}

function processesFromPs() {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat='], { encoding: 'utf8' }).trim().split('\n');
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state]) => !state.startsWith('Z'))
    .map(([pid, parent, group]) => ({ pid: Number(pid), parent: Number(parent), group: Number(group), marked: false }));
}
