// The command line of `conformance/run`.
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UsageError } from './problems.mjs';

export const USAGE = `usage: conformance/run [option...]

Runs the official MCP conformance suite against a client program and says
what fails. Nothing may: conformance/expected-failures is empty and stays so.

  --revision R         2025-11-25, 2026-07-28, 2025-03-26 (back-compatibility) or all;
                       default all
  --scenario NAME      only this scenario, at each selected revision; repeatable
  --extensions         also what the suite does not score: extensions, later
                       additions, back-compatibility; the default
  --required-only      without that
  --client CMD         command that starts the client; default conformance/client.
                       A shell runs it, with the server's URL as the last argument
  --jobs N             scenarios at a time; default: the processors, at most 4
  --timeout SECONDS    time for one start of the client; default 30
  --results DIR        where each scenario's checks and output go;
                       default conformance/results
  --expected-failures FILE
                       a list of what is known to fail, for another client
  --verbose            for each failure: the checks' messages and the end of the
                       client's error output
  --list               print the selected scenarios and run none
  --help               print this

Exit status: 0 if exactly the expected failures failed, 1 if not, 2 if the command
line, the list of expected failures or the set-up is wrong.
`;

const defaultJobs = Math.min(4, availableParallelism());

/** Reads the arguments; throws UsageError for anything it does not understand. */
export function readOptions(args) {
  const { values } = parse(args);
  if (values.extensions && values['required-only']) throw new UsageError('--extensions and --required-only exclude each other');
  return {
    revision: values.revision,
    scenarios: values.scenario,
    requiredOnly: values['required-only'],
    client: nonBlank('--client', values.client),
    jobs: wholeNumber('--jobs', values.jobs),
    timeoutMillis: seconds('--timeout', values.timeout) * 1000,
    resultsDir: values.results && resolve(values.results),
    expectedFailures: values['expected-failures'] && resolve(values['expected-failures']),
    verbose: values.verbose,
    list: values.list,
    help: values.help,
  };
}

function parse(args) {
  try {
    return parseArgs({
      args,
      options: {
        revision: { type: 'string', default: 'all' },
        scenario: { type: 'string', multiple: true, default: [] },
        extensions: { type: 'boolean', default: false },
        'required-only': { type: 'boolean', default: false },
        client: { type: 'string' },
        jobs: { type: 'string', default: String(defaultJobs) },
        timeout: { type: 'string', default: '30' },
        results: { type: 'string' },
        'expected-failures': { type: 'string' },
        verbose: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error.message);
  }
}

function nonBlank(option, text) {
  if (text?.trim() === '') throw new UsageError(`${option} is empty`);
  return text;
}

function wholeNumber(option, text) {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new UsageError(`${option} takes a whole number from 1, not '${text}'`);
  return Number(text);
}

function seconds(option, text) {
  const value = Number(text);
  if (!(value > 0 && value <= 3600)) throw new UsageError(`${option} takes seconds, more than 0 and at most 3600, not '${text}'`);
  return value;
}
