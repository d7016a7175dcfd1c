import { describe, expect, it } from 'vitest';
import { hideUrlSecrets } from '@stagewire/config';

describe('a text with URLs', () => {
  it.each([
    ["read 'https://me:it's-x9@a.example/b?c=d'", "read 'https://***@a.example/b?c=d'"],
    [
      'https://x9@a.example and http://b.example/@c',
      'https://***@a.example and http://b.example/@c',
    ],
    [
      "'https://a.example/?at=main&access_token=x9'",
      "'https://a.example/?at=main&access_token=***'",
    ],
    [
      'https://a.example/?X-Amz-Signature=x9&sig=x9#top',
      'https://a.example/?X-Amz-Signature=***&sig=***#top',
    ],
    ['https://a.example/?design=flat&path=/key', 'https://a.example/?design=flat&path=/key'],
  ])('tells %s as %s', (text, shown) => {
    expect(hideUrlSecrets(text)).toBe(shown);
  });
});
