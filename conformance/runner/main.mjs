// Behind conformance/run: selects scenarios, runs them, compares the outcome with the list of expected failures.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Attempts, FILES } from './attempt.mjs';
import { compare, keyOf, parseExpected } from './expected.mjs';
import { installedSuite } from './install.mjs';
import { USAGE, readOptions } from './options.mjs';
import { SetupError, UsageError } from './problems.mjs';
import { Suite } from './suite.mjs';
import { reasonsToFail } from './verdict.mjs';

const runnerDir = dirname(fileURLToPath(import.meta.url));
const conformanceDir = dirname(runnerDir);
const ownList = join(conformanceDir, 'expected-failures');

// These measure time, so nothing runs beside them.
const TIMED = new Set(['sse-retry']);
const TAIL_LINES = 20;

async function main(args) {
  const options = readOptions(args);
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const suite = new Suite(installedSuite(runnerDir), runnerDir);
  const catalogue = suite.catalogue();
  const selected = select(catalogue, options);
  if (options.list) {
    for (const run of selected) console.log(`${run.revision}  ${run.scenario}${kindOf(run)}`);
    return 0;
  }
  const expected = options.expectedFailures ? readExpected(options.expectedFailures) : refuseEntries(readExpected(ownList), ownList);
  const attempts = new Attempts({
    suite,
    runnerDir,
    client: options.client ?? builtClient(),
    timeoutMillis: options.timeoutMillis,
    resultsDir: options.resultsDir ?? join(conformanceDir, 'results'),
  });
  endOnSignals(attempts);
  try {
    const outcomes = await runAll(selected, attempts, options);
    return conclude(compare(outcomes, expected, catalogue));
  } finally {
    await attempts.abort();
  }
}

function select(catalogue, { revision, scenarios, requiredOnly }) {
  const revisions = [...new Set(catalogue.map((run) => run.revision))];
  if (revision !== 'all' && !revisions.includes(revision))
    throw new UsageError(`no revision '${revision}'; there are ${revisions.sort().join(', ')} and all`);
  const offered = catalogue.filter((run) => (revision === 'all' || run.revision === revision) && (run.required || !requiredOnly));
  for (const name of scenarios)
    if (!offered.some((run) => run.scenario === name))
      throw new UsageError(`no scenario '${name}' in this selection; --list prints the names`);
  if (offered.length === 0) throw new UsageError('this selection is empty');
  return offered.filter((run) => scenarios.length === 0 || scenarios.includes(run.scenario));
}

function refuseEntries(expected, file) {
  if (expected.size > 0) throw new SetupError(`${file} must stay empty: this client passes every scenario`);
  return expected;
}

function readExpected(file) {
  if (!existsSync(file)) throw new SetupError(`${file} does not exist`);
  return parseExpected(readFileSync(file, 'utf8'), relative('', file));
}

// Built here, once: the many copies that the suite starts must not look for changes, let alone build.
function builtClient() {
  const launcher = join(conformanceDir, 'client');
  const build = spawnSync(launcher, ['--build'], { stdio: ['ignore', 'inherit', 'inherit'] });
  if (build.status !== 0) throw new SetupError('the client could not be built');
  process.env.LATCHKEY_CONFORMANCE_BUILT = '1';
  return `'${launcher.replaceAll("'", `'\\''`)}'`;
}

function endOnSignals(attempts) {
  for (const [name, status] of [['SIGHUP', 129], ['SIGINT', 130], ['SIGTERM', 143]])
    process.on(name, () => attempts.abort().finally(() => process.exit(status)));
}

async function runAll(selected, attempts, options) {
  const width = Math.max(...selected.map((run) => run.scenario.length));
  const runOne = async (run) => {
    const observed = await attempts.run(run);
    const reasons = reasonsToFail(observed, options.timeoutMillis);
    const outcome = { ...run, ...observed, reasons, pass: reasons.length === 0 };
    report(outcome, width, options.verbose);
    return outcome;
  };
  const isTimed = (run) => TIMED.has(run.scenario);
  return [
    ...(await inParallel(selected.filter(isTimed), 1, runOne)),
    ...(await inParallel(selected.filter((run) => !isTimed(run)), options.jobs, runOne)),
  ];
}

async function inParallel(items, jobs, action) {
  const waiting = [...items];
  const results = [];
  const worker = async () => {
    while (waiting.length > 0) results.push(await action(waiting.shift()));
  };
  await Promise.all(Array.from({ length: jobs }, worker));
  return results;
}

function report(outcome, width, verbose) {
  const { pass, revision, scenario, seconds, reasons } = outcome;
  const columns = [pass ? 'PASS' : 'FAIL', revision, scenario.padEnd(width), `${seconds.toFixed(1)}s`.padStart(6)];
  console.log(`${columns.join('  ')}${kindOf(outcome)}${reasons.length > 0 ? `  ${reasons.join('; ')}` : ''}`);
  if (!pass && verbose) for (const line of details(outcome)) console.log(`      ${line}`);
}

function kindOf({ required, kind }) {
  return required ? '' : `  (${kind})`;
}

function* details({ dir, checks }) {
  for (const check of checks ?? [])
    if (['FAILURE', 'WARNING'].includes(check.status)) yield `${check.status} ${check.id}: ${check.errorMessage ?? check.description}`;
  for (const name of checks ? [FILES.stdout, FILES.stderr] : [FILES.log]) {
    const lines = linesOf(join(dir, name));
    if (lines.length > 0) yield `end of ${name}:`;
    yield* lines.slice(-TAIL_LINES).map((line) => `| ${line}`);
  }
}

function linesOf(file) {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
}

function conclude({ passed, expectedFailures, unexpectedFailures, unexpectedPasses, unknown }) {
  const problems = [
    ...unexpectedFailures.map((outcome) => `failed and is not expected to: ${keyOf(outcome)}  (see ${relative('', outcome.dir)})`),
    ...unexpectedPasses.map((outcome) => `passes; remove it from expected-failures: ${keyOf(outcome)}`),
    ...unknown.map((key) => `is in expected-failures, but the suite has no such scenario: ${key}`),
  ];
  if (problems.length > 0) console.log(`\n${problems.join('\n')}`);
  const passing = passed.length + unexpectedPasses.length;
  const total = passing + expectedFailures.length + unexpectedFailures.length;
  console.log(
    `\nconformance: ${passing} of ${total} scenarios pass, ${expectedFailures.length} expected failures, ${problems.length} unexpected`
  );
  console.log(`${passed.length} passed, ${problems.length} failed`);
  return problems.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError || error instanceof SetupError)) throw error;
  console.error(`conformance: ${error.message}`);
  if (error instanceof UsageError) console.error('Try conformance/run --help.');
  process.exitCode = 2;
}
