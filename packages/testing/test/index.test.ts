import { describe, expect, it } from 'vitest';
import * as api from '../src/index.js';

describe('@stagewire/testing', () => {
  it('exports these names and no others', () => {
    expect(Object.keys(api).toSorted()).toEqual([
      'ServiceFactoryTester',
      'TestCaches',
      'TestDatabases',
      'createMockDirectory',
      'createServiceMock',
      'fakeClock',
      'mockCredentials',
      'mockErrorHandler',
      'mockFunction',
      'mockPeer',
      'mockServices',
      'registerMswTestHooks',
      'startTestBackend',
    ]);
  });
});
