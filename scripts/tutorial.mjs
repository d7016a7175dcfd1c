// Follows docs/getting-started.md as a reader would, from the page itself: writes its files, types its
// commands, and looks for what they should print. Its last line is `N passed, N failed`.
//
//   node scripts/tutorial.mjs [--packed <folder>] [--node <binary>] [--keep]
//
// With --packed it takes the tarballs in a folder, where it would build and pack otherwise; with
// --node it runs all with another Node; with --keep the folder stays, for a look at it.

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isMain } from './lib/main.mjs';
import { findMissing, readSteps } from './lib/tutorial.mjs';
import { findFreePort, mainOfSteps } from './lib/user.mjs';
import { repository } from './lib/workspace.mjs';

const PAGE = 'docs/getting-started.md';

/** The port that the page has, in whose place there is a free one. */
const PORT_OF_PAGE = /7007/g;

const OUTPUT_LIMIT_MS = 60_000;

/** Goes through the page; keeps the terminal, and what goes on in the other one. */
class Reader {
  #running;
  #port;

  /** Does a step: writes a file, or types commands. */
  async does(user, step) {
    if (step.path) {
      user.writes(join(this.#folderOf(user), step.path), step.text);
    } else if (step.inBackground) {
      await this.#leaveRunning(user, step);
    } else {
      const output = await user.types('bash', ['-c', await this.#toScript(user, step.script)]);
      assertPrinted(await this.#withPort(step.expected), output);
    }
  }

  async stop() {
    await this.#running?.stop();
    this.#running = undefined;
  }

  /** One goes on at a time. */
  async #leaveRunning(user, { script, expected }) {
    await this.stop();
    const running = user.leavesRunning('bash', ['-c', await this.#toScript(user, script)], {
      APP_CONFIG_backend_listen_port: String(await this.#findPort()),
    });
    this.#running = running;
    const wanted = await this.#withPort(expected);
    const isThere = () => findMissing(wanted, running.output()) === undefined;
    const printed = new Promise((settle) => running.on(() => isThere() && settle()));
    const limit = AbortSignal.timeout(OUTPUT_LIMIT_MS);
    const late = new Promise((settle) => limit.addEventListener('abort', settle));
    await Promise.race([printed, late, running.ended]);
    assertPrinted(wanted, running.output());
  }

  /** A script begins in the folder, and with the token, in which the one before it has ended. */
  async #toScript(user, script) {
    const state = this.#stateOf(user);
    return [
      'set -e',
      `[ ! -e '${state}' ] || . '${state}'`,
      await this.#withPort(script),
      `{ echo "cd '$PWD'"; echo "TOKEN='$TOKEN'"; } > '${state}'`,
    ].join('\n');
  }

  #stateOf(user) {
    return `${user.folder}.terminal`;
  }

  /** Where the terminal is by now, from where it began. */
  #folderOf(user) {
    const state = this.#stateOf(user);
    const [, folder = user.folder] = existsSync(state)
      ? /^cd '(.*)'$/m.exec(readFileSync(state, 'utf8'))
      : [];
    return relative(user.folder, folder);
  }

  async #withPort(text) {
    return text.replaceAll(PORT_OF_PAGE, String(await this.#findPort()));
  }

  async #findPort() {
    this.#port ??= await findFreePort();
    return this.#port;
  }
}

function assertPrinted(expected, output) {
  const missing = findMissing(expected, output);
  assert.equal(missing, undefined, `this was not printed: ${missing}\n\nbut this:\n${output}`);
}

function toTitle({ line, path, script }) {
  const [first] = (script ?? '').split('\n');
  return `${PAGE}:${line}  ${path ?? first}`;
}

async function main() {
  const reader = new Reader();
  const page = readFileSync(join(repository, PAGE), 'utf8');
  const steps = readSteps(page).map((step) => [toTitle(step), (user) => reader.does(user, step)]);
  await mainOfSteps(steps, () => reader.stop());
}

if (isMain(import.meta)) await main();
