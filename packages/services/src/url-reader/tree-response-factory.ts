import { tmpdir } from 'node:os';
import { NotImplementedError } from '@stagewire/errors';
import type { Config } from '@stagewire/config';
import type { ReadTreeResponseFactory } from '@stagewire/plugin-api';
import { ReadableArrayTree } from './readable-array-tree.js';

/**
 * Makes tree responses for the readers of an application.
 *
 * @remarks
 * Trees are written below `backend.workingDirectory`, or the temporary directory of the machine.
 */
export function createTreeResponseFactory(config: Config): ReadTreeResponseFactory {
  return {
    fromReadableArray: async (files) =>
      new ReadableArrayTree(files, {
        workingDirectory: config.getOptionalString('backend.workingDirectory') ?? tmpdir(),
      }),
    fromTarArchive: async () => {
      throw archivesNotRead('tar');
    },
    fromZipArchive: async () => {
      throw archivesNotRead('zip');
    },
  };
}

function archivesNotRead(format: string): NotImplementedError {
  return new NotImplementedError(
    `This backend does not read ${format} archives; unpack the archive in the reader ` +
      `and hand its files to treeResponseFactory.fromReadableArray`,
  );
}
