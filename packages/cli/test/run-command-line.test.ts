import { describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../src/index.js';
import { runCli } from './run-cli.js';
import { makeRepository } from './temp-repository.js';

describe('the command line', () => {
  it('shows what there is, with the exit codes', async () => {
    const { exitCode, stdout, stderr } = await runCli(['--help']);

    expect(exitCode).toBe(EXIT_CODES.ok);
    expect(stdout).toMatch(/^Usage: stagewire/);
    expect(stdout).toContain('Exit codes:\n  0    done');
    expect(stderr).toBe('');
  });

  it('tells its version, which is that of its package', async () => {
    expect(await runCli(['--version'])).toEqual({
      exitCode: EXIT_CODES.ok,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: '',
    });
  });

  it('refuses a command that it does not know, with the nearest that it does', async () => {
    const { exitCode, stdout, stderr } = await runCli(['infoo']);

    expect(exitCode).toBe(EXIT_CODES.usage);
    expect(stdout).toBe('');
    expect(stderr).toContain("unknown command 'infoo'");
    expect(stderr).toContain('Did you mean info?');
  });

  it('refuses an option that a command does not have', async () => {
    const { exitCode, stderr } = await runCli(['info', '--jsn']);

    expect(exitCode).toBe(EXIT_CODES.usage);
    expect(stderr).toContain("unknown option '--jsn'");
  });

  it('tells code and fix of what could not be done, and prints no result', async () => {
    expect(await runCli(['--cwd', '/', 'info'])).toEqual({
      exitCode: EXIT_CODES.failed,
      stdout: '',
      stderr: expect.stringMatching(
        /^E_CLI_NO_REPOSITORY {2}.*\n {2}fix: .*stagewire new backend\n$/,
      ),
    });
  });

  it('listens to signals only as long as it is at work', async () => {
    const before = process.listenerCount('SIGINT');

    await runCli(['info'], { signal: undefined });

    expect(process.listenerCount('SIGINT')).toBe(before);
  });

  it('ends without a word when it is interrupted', async () => {
    using repository = makeRepository({
      'package.json': { name: 'backend', backstage: { role: 'backend' } },
      'src/index.ts': '',
    });

    const run = await runCli(['graph'], {
      cwd: repository.root,
      signal: AbortSignal.abort('SIGINT'),
    });

    expect(run).toEqual({ exitCode: EXIT_CODES.interrupted, stdout: '', stderr: '' });
  });

  it('has a summary, a description and examples for every command', async () => {
    const { stdout } = await runCli(['--help']);
    const names = [...stdout.matchAll(/^ {2}([a-z]+) .*\S$/gm)].map(([, name]) => name!);
    const commands = names.filter((name) => name !== 'help');
    expect(commands).toContain('info');

    for (const name of commands) {
      const help = await runCli([name, '--help']);
      expect(help.stdout, name).toContain('Examples:');
    }
  });
});
