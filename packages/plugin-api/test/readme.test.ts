import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Handler } from 'express';
import { describe, expect, it } from 'vitest';
import { greetingPlugin } from './readme-example.js';
import { registrationsOf } from './registrations.js';

describe('the example in the README', () => {
  it('is the one that is tested here', () => {
    const readme = readFileSync(path.join(import.meta.dirname, '../README.md'), 'utf8');
    const code = readFileSync(path.join(import.meta.dirname, 'readme-example.ts'), 'utf8');

    expect(/```ts\n(.*?)```/s.exec(readme)?.[1]).toBe(code);
  });

  it('greets', async () => {
    const log: string[] = [];
    const answers: unknown[] = [];
    const handlers: Handler[] = [];
    const deps = {
      logger: { info: (message: string) => log.push(message) },
      httpRouter: { use: (handler: Handler) => handlers.push(handler) },
    };

    await registrationsOf(greetingPlugin)[0]?.init.func(deps);
    const res = { json: (body: unknown) => answers.push(body) };
    for (const handler of handlers) handler({} as never, res as never, () => {});

    expect(log).toEqual(['Greetings are ready']);
    expect(answers).toEqual([{ message: 'Hello!' }]);
  });
});
