// Installs the pinned suite into a per-user cache.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { SetupError } from './problems.mjs';

const PACKAGE = '@modelcontextprotocol/conformance';
const UNFINISHED = 'unfinished-';
const HOUR_MILLIS = 3_600_000;

/** Returns the folder of the suite's package, after installing it if this lock file's versions are not there yet. */
export function installedSuite(runnerDir) {
  const manifest = JSON.parse(readFileSync(join(runnerDir, 'package.json'), 'utf8'));
  const digest = createHash('sha256')
    .update(readFileSync(join(runnerDir, 'package.json')))
    .update(readFileSync(join(runnerDir, 'package-lock.json')))
    .digest('hex');
  const home = join(cacheRoot(), 'latchkey', `conformance-${manifest.dependencies[PACKAGE]}`);
  const installation = join(home, digest.slice(0, 16));
  if (!existsSync(installation)) install(runnerDir, home, installation);
  return join(installation, 'node_modules', ...PACKAGE.split('/'));
}

function cacheRoot() {
  // The XDG base directory specification has relative paths ignored.
  const configured = process.env.XDG_CACHE_HOME;
  return configured?.startsWith('/') ? configured : join(homedir(), '.cache');
}

// Built beside its final place and renamed there: the final name means "complete", and of two
// installers at the same time one wins and the other one finds the work done.
function install(runnerDir, home, installation) {
  requireNpm();
  process.stderr.write(`conformance: installing the suite into ${installation}\n`);
  mkdirSync(home, { recursive: true });
  removeAbandoned(home);
  const unfinished = mkdtempSync(join(home, UNFINISHED));
  try {
    for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(runnerDir, file), join(unfinished, file));
    npmCi(unfinished);
    renameUnlessThere(unfinished, installation);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function requireNpm() {
  const npm = spawnSync('npm', ['--version'], { stdio: 'ignore' });
  if (npm.error || npm.status !== 0)
    throw new SetupError('npm is needed to install the suite and does not run.\nInstall it (it comes with Node.js) and see that it is on the PATH.');
}

function removeAbandoned(home) {
  for (const name of readdirSync(home)) {
    const path = join(home, name);
    if (name.startsWith(UNFINISHED) && Date.now() - statSync(path).mtimeMs > HOUR_MILLIS) rmSync(path, { recursive: true, force: true });
  }
}

function npmCi(dir) {
  const npm = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: dir, encoding: 'utf8' });
  if (npm.status !== 0)
    throw new SetupError(`npm could not install the suite. It needs the network once.\n${npm.stdout}${npm.stderr}`.trimEnd());
}

function renameUnlessThere(from, to) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}
