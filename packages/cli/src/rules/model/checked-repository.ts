import type { Repository } from '../../repository/repository.js';
import { CheckedPackage } from './checked-package.js';
import { KnownPackages, type KnownPackage } from './known-packages.js';
import type { Import, SourceFile } from './source-file.js';

/** An import of another package that is known. */
export type ResolvedImport = {
  file: SourceFile;
  found: Import;
  target: KnownPackage;
  subpath: string;
};

/** A repository as rules look at it. */
export class CheckedRepository {
  readonly root: string;
  readonly manifest: Repository['manifest'];
  readonly packages: readonly CheckedPackage[];
  readonly known: KnownPackages;
  readonly #imports = new Map<CheckedPackage, readonly ResolvedImport[]>();

  constructor(repository: Repository) {
    this.root = repository.root;
    this.manifest = repository.manifest;
    this.packages = repository.packages.map((each) => new CheckedPackage(each));
    this.known = new KnownPackages(repository);
  }

  /** The imports of other packages, in the code of a package that runs where it is used. */
  importsOf(one: CheckedPackage): readonly ResolvedImport[] {
    const known = this.#imports.get(one) ?? this.#resolveImports(one);
    this.#imports.set(one, known);
    return known;
  }

  #resolveImports(one: CheckedPackage): ResolvedImport[] {
    return one.code.runtime.flatMap((file) =>
      file.imports.flatMap((found) => {
        if (found.target.kind !== 'package' || found.target.name === one.name) return [];
        const target = this.known.find(found.target.name, one.directory);
        return target ? [{ file, found, target, subpath: found.target.subpath }] : [];
      }),
    );
  }
}
