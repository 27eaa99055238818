// What counts as a pass, and what the list of expected failures does. Run: node --test conformance/runner
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare, parseExpected } from './expected.mjs';
import { SetupError } from './problems.mjs';
import { reasonsToFail } from './verdict.mjs';

const good = { suiteStatus: 0, clientStatus: 0, timedOut: false, leftovers: [], checks: [{ id: 'a', status: 'SUCCESS' }] };
const reasons = (difference) => reasonsToFail({ ...good, ...difference }, 30_000);
const withCheck = (status) => ({ suiteStatus: 1, checks: [...good.checks, { id: 'b', status }] });

test('a successful check and a clean exit pass', () => assert.deepEqual(reasons({}), []));
test('a failed check fails', () => assert.deepEqual(reasons(withCheck('FAILURE')), ['b']));
test('a warning fails', () => assert.deepEqual(reasons(withCheck('WARNING')), ['warnings: b']));
test('no successful check fails', () => assert.deepEqual(reasons({ checks: [{ id: 'a', status: 'SKIPPED' }] }), ['no check succeeded']));
test('no result fails', () => assert.deepEqual(reasons({ checks: undefined }), ['no result from the suite']));
test('a timeout fails', () => assert.deepEqual(reasons({ timedOut: true, clientStatus: undefined }), ['timed out after 30 s']));
test('a process left behind fails', () => assert.deepEqual(reasons({ leftovers: ['sleep 9'] }), ['left running: sleep 9']));
test('an error exit fails', () => assert.deepEqual(reasons({ suiteStatus: 1, clientStatus: 3 }), ['client exited with 3']));
test('an error exit that the scenario allows passes', () => assert.deepEqual(reasons({ clientStatus: 3 }), []));
test('a signal fails even where an error exit is allowed', () =>
  assert.deepEqual(reasons({ clientStatus: 137 }), ['client was ended by signal 9']));
test('an unexplained failure of the suite fails', () => assert.deepEqual(reasons({ suiteStatus: null }), ['the suite exited with null']));

test('comments and blank lines are not entries', () =>
  assert.deepEqual([...parseExpected('# x\n\n2025-11-25  a/b # why\n', 'f')], ['2025-11-25 a/b']));
test('a line with another number of words is refused', () => assert.throws(() => parseExpected('\n2025-11-25', 'f'), /f:2: /));
test('a repeated line is refused', () => assert.throws(() => parseExpected('r a\nr a', 'f'), SetupError));

const outcome = (scenario, pass) => ({ revision: 'r', scenario, pass });
const catalogue = ['a', 'b', 'c'].map((scenario) => ({ revision: 'r', scenario }));
const compared = (outcomes, text) =>
  Object.fromEntries(
    Object.entries(compare(outcomes, parseExpected(text, 'f'), catalogue))
      .map(([name, entries]) => [name, entries.map((entry) => entry.scenario ?? entry)])
      .filter(([, entries]) => entries.length > 0)
  );

test('an unlisted failure is unexpected', () => assert.deepEqual(compared([outcome('a', false)], ''), { unexpectedFailures: ['a'] }));
test('a listed failure is expected', () => assert.deepEqual(compared([outcome('a', false)], 'r a'), { expectedFailures: ['a'] }));
test('a listed pass is unexpected', () => assert.deepEqual(compared([outcome('a', true)], 'r a'), { unexpectedPasses: ['a'] }));
test('a listed scenario that did not run is left alone', () => assert.deepEqual(compared([outcome('a', true)], 'r b'), { passed: ['a'] }));
test('a listed scenario that does not exist is reported', () => assert.deepEqual(compared([], 'r z'), { unknown: ['r z'] }));
