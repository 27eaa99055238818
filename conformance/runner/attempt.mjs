// One start of the client by the suite, for one scenario.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MARK, describe, endAll, processesOf, signal, vanished } from './processes.mjs';

// How long the suite may take before and after the client's time.
const START_MILLIS = 30_000;
const REPORT_MILLIS = 10_000;

// A child of the client that is about to end by itself, because its input closed, has this long.
const FAREWELL_MILLIS = 300;

/** Files that an attempt leaves in its folder. */
export const FILES = { checks: 'checks.json', log: 'suite.log', stdout: 'client.out', stderr: 'client.err' };

export class Attempts {
  #suite;
  #guard;
  #client;
  #timeoutMillis;
  #resultsDir;
  #running = new Map(); // process id of the suite -> { mark, workDir }
  #aborted = false;

  constructor({ suite, runnerDir, client, timeoutMillis, resultsDir }) {
    this.#suite = suite;
    this.#guard = join(runnerDir, 'guard');
    this.#client = client;
    this.#timeoutMillis = timeoutMillis;
    this.#resultsDir = resultsDir;
  }

  /** Runs one entry of the catalogue; returns what can be observed about it, without a verdict. */
  async run({ revision, scenario }) {
    if (this.#aborted) throw new Error('the run was ended');
    mkdirSync(this.#resultsDir, { recursive: true });
    const workDir = mkdtempSync(join(this.#resultsDir, '.running-'));
    const started = Date.now();
    try {
      const observed = await this.#observe(revision, scenario, workDir);
      const dir = join(this.#resultsDir, revision, scenario);
      replaceDir(workDir, dir);
      return { ...observed, dir, seconds: (Date.now() - started) / 1000 };
    } finally {
      rmSync(workDir, { recursive: true, force: true });
    }
  }

  /** Ends all attempts that are under way, with everything they started, and lets no other begin. */
  async abort() {
    this.#aborted = true;
    await Promise.all(
      [...this.#running].map(async ([pid, { mark, workDir }]) => {
        await endAll(() => [pid, ...processesOf(pid, mark)].filter(isAlive));
        rmSync(workDir, { recursive: true, force: true });
      })
    );
  }

  async #observe(revision, scenario, workDir) {
    const mark = randomUUID();
    const child = this.#spawnSuite(revision, scenario, workDir, mark);
    this.#running.set(child.pid, { mark, workDir });
    const watch = new Watch(child, this.#timeoutMillis, () => processesOf(child.pid, mark));
    const suiteStatus = await watch.ended;
    this.#running.delete(child.pid);

    writeFileSync(join(workDir, FILES.log), withoutColours(watch.log));
    return {
      suiteStatus,
      timedOut: watch.timedOut,
      leftovers: watch.leftovers,
      checks: takeChecks(workDir),
      clientStatus: takeStatus(workDir),
    };
  }

  #spawnSuite(revision, scenario, workDir, mark) {
    const { MCP_CONFORMANCE_CONTEXT, ...environment } = process.env;
    return spawn(
      process.execPath,
      [
        ...this.#suite.nodeArgs,
        'client',
        ...['--command', shellQuoted(this.#guard)],
        ...['--scenario', scenario, '--spec-version', revision, '--force'],
        ...['--timeout', String(this.#timeoutMillis + REPORT_MILLIS)],
        ...['--output-dir', join(workDir, 'suite')],
      ],
      {
        detached: true, // a process group of its own
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...environment,
          LATCHKEY_CONFORMANCE_CLIENT: this.#client,
          LATCHKEY_CONFORMANCE_DIR: workDir,
          [MARK]: mark,
        },
      }
    );
  }
}

/** Follows the suite's process: collects its output, and ends the client and whatever it leaves behind. */
class Watch {
  log = '';
  timedOut = false;

  /** Descriptions of the processes that outlived the client. */
  leftovers = [];

  /** The suite's exit status, or null after a signal; when it is here, nothing of the attempt is running. */
  ended;

  #child;
  #timeoutMillis;
  #find;
  #timer;
  #cleanup;

  constructor(child, timeoutMillis, find) {
    this.#child = child;
    this.#timeoutMillis = timeoutMillis;
    this.#find = find;
    this.#setTimer(() => this.#giveUp(), START_MILLIS);
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        const before = this.log;
        this.log += text;
        const appeared = (phrase) => this.log.includes(phrase) && !before.includes(phrase);
        if (appeared('Executing client:')) this.#setTimer(() => this.#endClient(), this.#timeoutMillis);
        if (appeared('Results saved to')) this.#onClientEnd();
      });
    this.ended = this.#untilEnd();
  }

  async #untilEnd() {
    const status = await new Promise((resolve) => {
      this.#child.on('error', (error) => {
        this.log += `${error}\n`;
        resolve(null);
      });
      this.#child.on('close', resolve);
    });
    clearTimeout(this.#timer);
    await (this.#cleanup ??= this.#endLeftovers());
    return status;
  }

  async #endClient() {
    this.timedOut = true;
    this.#setTimer(() => this.#giveUp(), REPORT_MILLIS);
    await endAll(this.#find);
  }

  // The suite goes on to close its servers, and waits for ever if something still holds a connection to one.
  #onClientEnd() {
    this.#setTimer(() => this.#giveUp(), REPORT_MILLIS);
    this.#cleanup ??= this.#endLeftovers();
  }

  async #endLeftovers() {
    if (!(await vanished(this.#find, FAREWELL_MILLIS)) && !this.timedOut) this.leftovers = this.#find().map(describe);
    await endAll(this.#find);
  }

  #giveUp() {
    this.timedOut = true;
    signal(this.#child.pid, 'SIGKILL');
  }

  #setTimer(action, millis) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(action, millis);
  }
}

function withoutColours(text) {
  return text.replace(/\x1b\[\d*m/g, '');
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

// The suite writes into a folder whose name has the time in it.
function takeChecks(workDir) {
  const suiteDir = join(workDir, 'suite');
  if (!existsSync(suiteDir)) return undefined;
  const file = readdirSync(suiteDir, { recursive: true }).find((name) => name.endsWith(FILES.checks));
  const text = file && readFileSync(join(suiteDir, file), 'utf8');
  rmSync(suiteDir, { recursive: true, force: true });
  if (!text) return undefined;
  writeFileSync(join(workDir, FILES.checks), text);
  return JSON.parse(text);
}

function takeStatus(workDir) {
  const file = join(workDir, 'client.status');
  if (!existsSync(file)) return undefined;
  const status = Number(readFileSync(file, 'utf8'));
  rmSync(file);
  return status;
}

function replaceDir(from, to) {
  rmSync(to, { recursive: true, force: true });
  mkdirSync(dirname(to), { recursive: true });
  renameSync(from, to);
}

function shellQuoted(text) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
