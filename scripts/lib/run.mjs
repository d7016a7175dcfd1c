// Runs a program with a time limit, and gives back how it ended and what it said.

import { spawn } from 'node:child_process';

const running = new Set();

// Children lead groups of their own, so Ctrl-C does not reach them: whatever ends us ends them.
process.on('exit', () => running.forEach(endGroup));
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
]) {
  process.on(signal, () => process.exit(code));
}

/**
 * Runs a program to its end: `{ code, output, stdout }`, where `output` is all that it said on
 * both streams.
 *
 * `seconds` is its time limit; after it, the program and all it started are ended and `code` is
 * 124. With `show`, its output goes to the terminal instead. A program that cannot be started has
 * code 127.
 */
export function run(command, args, { cwd, env, seconds = 600, show = false } = {}) {
  return new Promise((settle) => {
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
      detached: process.platform !== 'win32',
    });
    running.add(child);
    const said = [];
    const saidOnStdout = [];
    child.stdout?.on('data', (part) => (said.push(part), saidOnStdout.push(part)));
    child.stderr?.on('data', (part) => said.push(part));

    let timedOut = false;
    const limit = setTimeout(() => {
      timedOut = true;
      said.push(Buffer.from(`\nended after ${seconds} s: ${command} ${args.join(' ')}\n`));
      endGroup(child);
    }, seconds * 1000);

    const end = (code) => {
      clearTimeout(limit);
      running.delete(child);
      settle({
        code: timedOut ? 124 : code,
        output: Buffer.concat(said).toString('utf8'),
        stdout: Buffer.concat(saidOnStdout).toString('utf8'),
      });
    };
    child.on('error', (error) => {
      said.push(Buffer.from(`${error.message}\n`));
      end(127);
    });
    // Ended by a signal, a program has no code.
    child.on('close', (code) => end(code ?? 1));
  });
}

function endGroup(child) {
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    // ESRCH: it has ended by itself.
    if (error.code !== 'ESRCH') throw error;
  }
}
