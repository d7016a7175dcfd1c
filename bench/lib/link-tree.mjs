import { copyFile, link, mkdir, readdir, readlink, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Copies a folder whose files nobody changes: they are linked where both places are on one disk.
 * Symbolic links are kept.
 */
export async function linkTree(from, to) {
  await mkdir(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) await linkTree(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else await linkOrCopy(source, target);
  }
}

async function linkOrCopy(source, target) {
  try {
    await link(source, target);
  } catch (error) {
    if (error.code !== 'EXDEV') throw error;
    await copyFile(source, target);
  }
}
