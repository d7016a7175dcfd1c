import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Linux counts CPU time in hundredths of a second in /proc, whatever the kernel's own tick. */
const TICK_MS = 10;

/**
 * What a process uses: `rss` resident bytes now, `cpuMs` CPU time since it started.
 *
 * @remarks `cpuMs` is undefined where /proc is missing: `ps` counts whole seconds.
 */
export async function usageOf(pid) {
  if (process.platform !== 'linux') {
    const { stdout } = await run('ps', ['-o', 'rss=', '-p', String(pid)]);
    return { rss: Number(stdout) * 1024, cpuMs: undefined };
  }
  const [status, stat] = await Promise.all([
    readFile(`/proc/${pid}/status`, 'utf8'),
    readFile(`/proc/${pid}/stat`, 'utf8'),
  ]);
  // The second field is the program's name, in brackets, and may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    rss: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)[1]) * 1024,
    cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS,
  };
}
