import { ConfigReader, type JsonObject } from '@stagewire/config';
import type { PluginMetadataService } from '@stagewire/plugin-api';
import type { MetricsService } from '@stagewire/plugin-api/alpha';
import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import { describe, expect, it, vi } from 'vitest';
import { metricsServiceFactory } from '../../src/metrics/metrics-service-factory.js';
import { registerMeters } from '../support/fake-open-telemetry.js';
import { fakeSuccession } from '../support/fake-succession.js';

describe('metrics with an SDK in the process', () => {
  it('[MET-1] [MET-2] go to the meter of the plugin, with the name and options as given', async () => {
    const { told } = registerMeters();
    const metrics = await createMetrics();
    const options = {
      description: 'Time of a run',
      unit: 's',
      advice: { explicitBucketBoundaries: [1, 2] },
    };

    metrics.createCounter('a.b.c').add(1, { kind: 'x' });
    metrics.createUpDownCounter('u').add(-1);
    metrics.createHistogram('h', options).record(2.5, { kind: 'y' });
    metrics.createGauge('g').record(3);

    expect(told).toEqual([
      { what: 'meter', args: ['backstage-plugin-catalog', undefined, { schemaUrl: undefined }] },
      { what: 'counter', args: ['a.b.c', undefined] },
      { what: 'counter a.b.c', args: [1, { kind: 'x' }] },
      { what: 'upDownCounter', args: ['u', undefined] },
      { what: 'upDownCounter u', args: [-1, undefined] },
      { what: 'histogram', args: ['h', options] },
      { what: 'histogram h', args: [2.5, { kind: 'y' }] },
      { what: 'gauge', args: ['g', undefined] },
      { what: 'gauge g', args: [3, undefined] },
    ]);
  });

  it('[MET-1] are observed by callbacks that can be removed', async () => {
    const { told, collect } = registerMeters();
    const metrics = await createMetrics();
    const observables = [
      metrics.createObservableCounter('c'),
      metrics.createObservableUpDownCounter('u'),
      metrics.createObservableGauge('g'),
    ];
    const callbacks = observables.map((observable, index) => {
      const callback = (result: { observe(value: number): void }) => result.observe(index);
      observable.addCallback(callback);
      return callback;
    });
    observables[1]!.removeCallback(callbacks[1]!);
    collect();

    expect(told.filter(({ what }) => what === 'observed').map(({ args }) => args[0])).toEqual([
      0, 2,
    ]);
    expect(told.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['observableCounter', 'observableUpDownCounter', 'observableGauge']),
    );
  });

  it('are observed in one version of a plugin at a time', async () => {
    const { told, collect } = registerMeters();
    const [first, second] = [fakeSuccession('catalog', false), fakeSuccession('catalog')];
    await observe(first.plugin, 1);
    await observe(second.plugin, 2);
    collect();

    await first.retire();
    second.serve();
    collect();

    expect(told.filter(({ what }) => what === 'observed').map(({ args }) => args[0])).toEqual([
      1, 2,
    ]);
  });

  it('[MET-1] have the meter that is configured for the plugin', async () => {
    const { told } = registerMeters();
    const meter = { name: 'my-meter', version: '1.2.3', schemaUrl: 'https://a.example/schema' };
    const metrics = await createMetrics({
      backend: { metrics: { plugin: { catalog: { meter } } } },
    });

    metrics.createCounter('c');

    expect(told[0]).toEqual({
      what: 'meter',
      args: ['my-meter', '1.2.3', { schemaUrl: 'https://a.example/schema' }],
    });
  });
});

describe('metrics without an SDK', () => {
  it('[MET-1] are dropped', async () => {
    const metrics = await createMetrics();
    const callback = vi.fn();

    metrics.createCounter('c').add(1);
    metrics.createHistogram('h').record(1);
    const gauge = metrics.createObservableGauge('g');
    gauge.addCallback(callback);
    gauge.removeCallback(callback);

    expect(callback).not.toHaveBeenCalled();
  });

  it('work once an SDK is registered', async () => {
    const metrics = await createMetrics();
    const counter = metrics.createCounter('c');
    counter.add(1);

    const { told } = registerMeters();
    await vi.waitFor(() => {
      counter.add(2);
      expect(told).toContainEqual({ what: 'counter c', args: [2, undefined] });
    });

    expect(told).not.toContainEqual({ what: 'counter c', args: [1, undefined] });
  });
});

async function observe(plugin: PluginMetadataService, value: number): Promise<void> {
  const gauge = (await createMetrics({}, plugin)).createObservableGauge('g');
  gauge.addCallback((result) => result.observe(value));
}

async function createMetrics(
  config: JsonObject = {},
  pluginMetadata: PluginMetadataService = { getId: () => 'catalog' },
): Promise<MetricsService> {
  const { factory } = metricsServiceFactory as unknown as ServiceFactoryShape;
  return (await factory(
    { config: new ConfigReader(config), pluginMetadata },
    undefined,
  )) as MetricsService;
}
