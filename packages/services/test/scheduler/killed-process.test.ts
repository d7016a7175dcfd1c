import { expect, it } from 'vitest';
import { runChild } from '../support/run-child.js';
import { createServerDatabase } from '../support/server-databases.js';
import { describeWithService } from '../support/test-services.js';

// In real time, with nothing quicker than it is: the other tests of several processes rely on this.
describeWithService('postgres', 'a global task whose process is killed', (url) => {
  it('is taken over within 30 seconds, by the clock on the wall', { timeout: 60_000 }, async () => {
    const database = await createServerDatabase('postgres', url);
    const options = { ...database, frequency: { minutes: 1 }, isHeld: true };
    const first = runChild('scheduler/fixtures/run-task.ts', options);
    await first.line(/^started/);
    const second = runChild('scheduler/fixtures/run-task.ts', options);
    await second.line(/^scheduled/);

    const killedAt = Date.now();
    await first.kill();
    const startedAt = Number((await second.line(/^started/)).split(' ')[1]);

    expect(startedAt - killedAt).toBeLessThanOrEqual(30_000);
  });
});
