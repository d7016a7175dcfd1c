import { describe, expect, it } from 'vitest';
import { checkStock, inManifest } from '../check-stock.js';

const BACKEND = 'plugins/todo-backend/package.json';
const MODULE = 'plugins/todo-backend-module-mail/package.json';

describe('checkPluginPackages', () => {
  it('tells a list that lacks a package of the plugin', () => {
    const edits = { [BACKEND]: inManifest((m) => m.backstage.pluginPackages.pop()) };

    expect(checkStock(edits)).toEqual([
      `error E_CHECK_PLUGIN_PACKAGES ${BACKEND} | "pluginPackages": [`,
    ]);
  });

  it('tells a list with a package of another plugin', () => {
    const edits = {
      [BACKEND]: inManifest((m) =>
        m.backstage.pluginPackages.push('@internal/plugin-billing-node'),
      ),
    };

    expect(checkStock(edits)).toEqual([
      `error E_CHECK_PLUGIN_PACKAGES ${BACKEND} | "pluginPackages": [`,
    ]);
  });

  it('takes packages that are kept elsewhere', () => {
    const edits = {
      [BACKEND]: inManifest((m) => m.backstage.pluginPackages.push('@elsewhere/plugin-todo-web')),
    };

    expect(checkStock(edits)).toEqual([]);
  });

  it('asks for the list where the other packages have it', () => {
    const edits = { [BACKEND]: inManifest((m) => delete m.backstage.pluginPackages) };

    expect(checkStock(edits)).toEqual([
      `warning E_CHECK_PLUGIN_PACKAGES ${BACKEND} | "backstage": {`,
    ]);
  });

  it('has no lists for modules', () => {
    const edits = { [MODULE]: inManifest((m) => (m.backstage.pluginPackages = [m.name])) };

    expect(checkStock(edits)).toEqual([
      `error E_CHECK_PLUGIN_PACKAGES ${MODULE} | "pluginPackages": [`,
    ]);
  });

  it('asks a module for the package of its plugin', () => {
    const edits = { [MODULE]: inManifest((m) => delete m.backstage.pluginPackage) };

    expect(checkStock(edits)).toEqual([
      `warning E_CHECK_PLUGIN_PACKAGE ${MODULE} | "backstage": {`,
    ]);
  });

  it.each([
    ['a library', '@internal/plugin-todo-node'],
    ['another plugin', '@internal/plugin-billing-backend'],
    ['another plugin that is installed', '@backstage/plugin-catalog-backend'],
    ['no plugin', 'express'],
  ])('tells a module that names %s', (_, target) => {
    const edits = { [MODULE]: inManifest((m) => (m.backstage.pluginPackage = target)) };

    expect(checkStock(edits)).toEqual([
      `error E_CHECK_PLUGIN_PACKAGE ${MODULE} | "pluginPackage": "${target}"`,
    ]);
  });
});
