import { describe, expect, it } from 'vitest';
import { parseS3Url } from '../../src/url-reader/providers/aws-s3.js';

const amazon = { host: 'amazonaws.com' };

describe('the URL of an object in S3', () => {
  it.each([
    ['https://b.s3.eu-west-1.amazonaws.com/a/k', 'b', 'a/k', 'eu-west-1'],
    ['https://b.s3-eu-west-1.amazonaws.com/a/k', 'b', 'a/k', 'eu-west-1'],
    ['https://b.s3.dualstack.us-gov-west-1.amazonaws.com/k', 'b', 'k', 'us-gov-west-1'],
    ['https://b.s3.amazonaws.com/k', 'b', 'k', 'us-east-1'],
    ['https://with.dots.s3.eu-west-1.amazonaws.com/k', 'with.dots', 'k', 'eu-west-1'],
    ['https://s3.eu-west-1.amazonaws.com/b/a/k', 'b', 'a/k', 'eu-west-1'],
    ['https://s3.amazonaws.com/b/a%20k', 'b', 'a k', 'us-east-1'],
  ])('%s', (url, bucket, key, region) => {
    expect(parseS3Url(url, amazon)).toMatchObject({ bucket, key, region });
  });

  it.each([
    ['https://minio.example/b/a/k', true, 'b', 'a/k'],
    ['https://b.minio.example/a/k', false, 'b', 'a/k'],
    ['https://minio.example/b/a/k', false, 'b', 'a/k'],
  ])('%s at a host of its own, path style %s', (url, s3ForcePathStyle, bucket, key) => {
    const place = parseS3Url(url, { host: 'minio.example', s3ForcePathStyle });

    expect(place).toMatchObject({ bucket, key });
    expect(place.toUrl(key)).toBe(url);
  });

  it.each(['https://ec2.eu-west-1.amazonaws.com/x', 'https://s3.amazonaws.com/'])(
    'is not %s',
    (url) => {
      expect(() => parseS3Url(url, amazon)).toThrow(
        expect.objectContaining({ code: 'E_URL_FORM', name: 'InputError' }),
      );
    },
  );
});
