import { describe, expect, it } from 'vitest';
import { checkStock, replace } from '../check-stock.js';

const PROGRAM = 'packages/backend/src/index.ts';
const LINE = "backend.add(import('@internal/plugin-billing-backend'));\n";

describe('checkUnusedFeatures', () => {
  it('warns of a plugin that no backend adds', () => {
    expect(checkStock({ [PROGRAM]: replace(LINE, '') })).toEqual([
      'warning E_CHECK_FEATURE_UNUSED plugins/billing-backend/package.json | "name": "@internal/plugin-billing-backend",',
    ]);
  });

  it('says nothing where a backend takes whatever is installed', () => {
    const edit = replace(LINE, 'backend.add(discoveryFeatureLoader);\n');

    expect(checkStock({ [PROGRAM]: edit })).toEqual([]);
  });
});
