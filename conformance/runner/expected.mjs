// The list of expected failures and its comparison with a run. Pure functions.
import { SetupError } from './problems.mjs';

/** The name by which the list and all output refer to one run of a scenario. */
export function keyOf({ revision, scenario }) {
  return `${revision} ${scenario}`;
}

/** Reads `<revision> <scenario>` lines; blank lines and what follows a # are left out. */
export function parseExpected(text, fileName) {
  const keys = new Set();
  for (const [index, line] of text.split('\n').entries()) {
    const words = line.replace(/#.*/, '').trim().split(/\s+/).filter(Boolean);
    if (words.length === 0) continue;
    const problem = (what) => new SetupError(`${fileName}:${index + 1}: ${what}`);
    if (words.length !== 2) throw problem('expected a revision and a scenario');
    const key = words.join(' ');
    if (keys.has(key)) throw problem(`${key} is listed twice`);
    keys.add(key);
  }
  return keys;
}

/**
 * Compares outcomes ({ revision, scenario, pass }) with the list. Listed scenarios that did not run are left alone,
 * unless the suite has no such scenario.
 */
export function compare(outcomes, expected, catalogue) {
  const isListed = (outcome) => expected.has(keyOf(outcome));
  const existing = new Set(catalogue.map(keyOf));
  return {
    passed: outcomes.filter((outcome) => outcome.pass && !isListed(outcome)),
    expectedFailures: outcomes.filter((outcome) => !outcome.pass && isListed(outcome)),
    unexpectedFailures: outcomes.filter((outcome) => !outcome.pass && !isListed(outcome)),
    unexpectedPasses: outcomes.filter((outcome) => outcome.pass && isListed(outcome)),
    unknown: [...expected].filter((key) => !existing.has(key)),
  };
}
