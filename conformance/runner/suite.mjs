// The installed suite: how to start it and what it contains.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SetupError } from './problems.mjs';

const SCORED_REVISIONS = ['2025-11-25', '2026-07-28'];
const NEWEST_REVISION = SCORED_REVISIONS.at(-1);

export class Suite {
  #packageDir;

  /** Arguments for Node with which the suite starts on loopback, before the suite's own arguments. */
  nodeArgs;

  constructor(packageDir, runnerDir) {
    this.#packageDir = packageDir;
    this.nodeArgs = ['--import', pathToFileURL(join(runnerDir, 'preload.mjs')).href, join(packageDir, 'dist', 'index.js')];
  }

  /**
   * Every run of a client scenario: { revision, scenario, required, kind }. A scenario that belongs to several
   * revisions is there once for each, because each has its own wire.
   */
  catalogue() {
    const scored = SCORED_REVISIONS.flatMap((revision) => this.#requirements(revision));
    const placed = new Set(scored.map((run) => run.scenario));
    const others = this.#clientScenarios()
      .filter(({ scenario }) => !placed.has(scenario))
      .map(({ scenario, tags }) =>
        tags.includes('extension')
          ? { revision: NEWEST_REVISION, scenario, required: false, kind: 'extension' }
          : { revision: tags.at(-1), scenario, required: false, kind: 'back-compatibility' }
      );
    return [...scored, ...others];
  }

  #requirements(revision) {
    const { parse } = createRequire(join(this.#packageDir, 'package.json'))('yaml');
    const set = parse(readFileSync(join(this.#packageDir, 'requirements', `${revision}.yaml`), 'utf8'));
    return [
      ...set.client.map((scenario) => ({ revision, scenario, required: true, kind: 'required' })),
      ...set.not_scored
        .filter(({ leg }) => leg === 'client')
        .map(({ scenario, reason }) => ({ revision, scenario, required: false, kind: reason })),
    ];
  }

  // Lines such as "  - tools_call [2025-06-18,2025-11-25]" below the heading of the client scenarios.
  #clientScenarios() {
    const listing = spawnSync(process.execPath, [...this.nodeArgs, 'list', '--client'], { encoding: 'utf8' });
    const found = [...(listing.stdout ?? '').matchAll(/^ +- (\S+) \[(.+)\]$/gm)];
    if (listing.status !== 0 || found.length === 0)
      throw new SetupError(`the suite does not list its scenarios:\n${listing.stdout}${listing.stderr}`.trimEnd());
    return found.map(([, scenario, tags]) => ({ scenario, tags: tags.split(',') }));
  }
}
