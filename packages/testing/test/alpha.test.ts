import { describe, expect, it } from 'vitest';
import * as api from '../src/alpha.js';
import { mockServices } from '../src/index.js';

describe('@stagewire/testing/alpha', () => {
  it('exports these names and no others', () => {
    expect({ ...api }).toEqual({
      actionsRegistryServiceMock: mockServices.actionsRegistry,
      actionsServiceMock: mockServices.actions,
      metricsServiceMock: mockServices.metrics,
      tracingServiceMock: mockServices.tracing,
    });
  });
});
