import * as upstream from '@backstage/config';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { ConfigReader, type AppConfig, type Config } from '../src/index.js';

const readTitle = (config: Config) => config.getString('app.title');
const readForeign = (config: upstream.Config) => config.getString('app.title');

describe('the Config type', () => {
  it('is that of the ecosystem, in both directions', () => {
    expectTypeOf<Config>().toExtend<upstream.Config>();
    expectTypeOf<upstream.Config>().toExtend<Config>();
    expectTypeOf<AppConfig>().toExtend<upstream.AppConfig>();
    expectTypeOf<upstream.AppConfig>().toExtend<AppConfig>();
  });

  it('lets a reader of either package be read by code that knows the other', () => {
    const data = { app: { title: 'Portal' } };

    expect(readTitle(new upstream.ConfigReader(data))).toBe('Portal');
    expect(readForeign(new ConfigReader(data))).toBe('Portal');
  });
});
