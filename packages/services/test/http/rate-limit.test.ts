import { ConfigReader, type JsonValue } from '@stagewire/config';
import { describe, expect, it } from 'vitest';
import { refuseRateLimit } from '../../src/http/rate-limit.js';
import { serve } from './harness.js';

function check(rateLimit?: JsonValue) {
  refuseRateLimit(new ConfigReader({ backend: rateLimit === undefined ? {} : { rateLimit } }));
}

describe('a configured rate limit', () => {
  it.each<[JsonValue | undefined]>([[undefined], [false], [{ global: false }]])(
    '[RATE-1] that is %j limits nothing, and is fine',
    (rateLimit) => {
      expect(() => check(rateLimit)).not.toThrow();
    },
  );

  it.each<[JsonValue, string]>([
    [true, 'backend.rateLimit'],
    [{}, 'backend.rateLimit'],
    [{ window: '6s' }, 'backend.rateLimit'],
    [{ global: false, plugin: { catalog: {} } }, 'backend.rateLimit.plugin.catalog'],
  ])('that is %j is refused rather than ignored', (rateLimit, key) => {
    expect(() => check(rateLimit)).toThrow(
      expect.objectContaining({
        code: 'E_RATE_LIMIT_UNSUPPORTED',
        message: `${key} is configured, but this version has no rate limiter`,
      }),
    );
  });

  it('is refused before the port is open', async () => {
    await expect(serve({ rateLimit: true })).rejects.toThrow(
      expect.objectContaining({ code: 'E_RATE_LIMIT_UNSUPPORTED' }),
    );
  });
});
