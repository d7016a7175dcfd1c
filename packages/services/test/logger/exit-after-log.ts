// Run by a test as a process of its own: logs more than a pipe takes at once, and is gone.
import { ConfigReader } from '@stagewire/config';
import { createRootLogger } from '../../src/logger/create-root-logger.js';

const logger = createRootLogger(new ConfigReader({}));
for (let line = 0; line < 2000; line++) logger.info(`line ${line}`, { padding: 'x'.repeat(100) });
logger.error('the end', new Error('reason'));
process.kill(process.pid, 'SIGKILL'); // no handler can write anything after this
