import { parseAbsoluteUrl } from '../../../src/schema/scalars/absolute-url.js';

describe('an absolute URL', () => {
  it.each(['https://example.com', 'https://bücher.example/ä', 'HTTP://EXAMPLE.com:80/', 'urn:x'])('%s', (text) => {
    expect(parseAbsoluteUrl(text)?.href).toBe(new URL(text).href);
  });

  it.each(['', 'example.com', '/path', 'https://', 'https://a b', 'http://[::1'])('is not %j', (text) => {
    expect(parseAbsoluteUrl(text)).toBeNull();
  });

  // `URL.canParse` of Node 20 is right at first, and wrong once its caller is hot.
  it('is one for the hundred thousandth time too', () => {
    const refused = Array.from({ length: 100_000 }).filter(() => parseAbsoluteUrl('https://bücher.example/ä') === null);
    expect(refused).toHaveLength(0);
  });
});
