// Run by a test as a process of its own: has lines that wait when it ends, as its argument says.
import { ConfigReader } from '@stagewire/config';
import { createRootLogger } from '../../src/logger/create-root-logger.js';

const logger = createRootLogger(new ConfigReader({}));
for (let line = 0; line < 10; line++) logger.infoSoon(`line ${line}`);
if (process.argv[2] === 'exit') process.exit(3);
else throw new Error('nobody catches this');
