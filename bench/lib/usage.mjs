import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** In /proc, Linux tells a process's CPU time in hundredths of a second, whatever the kernel's tick. */
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
  return {
    rss: Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)[1]) * 1024,
    // Those of the threads are exact, and leave out what ended threads took.
    cpuMs: Math.max(ticksOf(stat) * TICK_MS, await threadsMs(pid)),
  };
}

function ticksOf(stat) {
  // The second field is the program's name, in brackets, and may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

/** CPU time of the threads that run now; 0 with a kernel that does not tell. */
async function threadsMs(pid) {
  const ids = await readdir(`/proc/${pid}/task`);
  const texts = await Promise.all(
    ids.map((id) => readFile(`/proc/${pid}/task/${id}/schedstat`, 'utf8').catch(() => '0')),
  );
  return texts.reduce((sum, text) => sum + Number(text.split(' ')[0]), 0) / 1e6;
}
