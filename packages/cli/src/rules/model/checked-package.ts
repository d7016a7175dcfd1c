import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { DependencyField, Manifest, RepositoryPackage } from '../../repository/repository.js';
import type { Role } from '../../repository/roles.js';
import type { Place } from '../finding.js';
import { findEntries, type Entry } from './entries.js';
import { ManifestText } from './manifest-text.js';
import { PackageCode } from './package-code.js';
import type { SourceFile } from './source-file.js';

/** A package of the repository: its package.json, and its code, read when it is asked for. */
export class CheckedPackage {
  readonly folder: string;
  readonly directory: string;
  readonly name: string;
  readonly manifest: Manifest;
  readonly role: Role | undefined;
  /** As its package.json says; undefined when that is no text. */
  readonly pluginId: string | undefined;
  #text: ManifestText | undefined;
  #code: PackageCode | undefined;

  constructor({ folder, directory, name, manifest, role }: RepositoryPackage) {
    this.folder = folder;
    this.directory = directory;
    this.name = name;
    this.manifest = manifest;
    this.role = role;
    const { pluginId } = manifest.backstage ?? {};
    this.pluginId = typeof pluginId === 'string' ? pluginId : undefined;
  }

  get code(): PackageCode {
    return (this.#code ??= new PackageCode(this.directory, this.folder, this.name, this.entries));
  }

  /** The ways into the package: what others import of it, and what is run. */
  get entries(): readonly Entry[] {
    return findEntries(this.manifest, (path) => existsSync(join(this.directory, path)));
  }

  /** Whether a package.json field of dependencies names a package. */
  declares(name: string, fields: readonly DependencyField[]): boolean {
    return fields.some((field) => Object.hasOwn(this.manifest[field] ?? {}, name));
  }

  /** The place of a field of its package.json, or of what is around it. */
  inManifest(...path: readonly string[]): Place {
    this.#text ??= new ManifestText(readFileSync(join(this.directory, 'package.json'), 'utf8'));
    const file = posix.join(this.folder, 'package.json');
    return { file, line: this.#text.lineOf(...path), package: this.name };
  }

  /** A place in its code. */
  inSource({ file }: SourceFile, line: number): Place {
    return { file, line, package: this.name };
  }
}
