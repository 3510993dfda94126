import { type GraphQLScalarType, parseValue } from 'graphql';
import { Base64Scalar } from '../../../src/schema/scalars/base64.scalar.js';
import { ChainAccountIdScalar } from '../../../src/schema/scalars/chain-account-id.scalar.js';
import { CountryCodeScalar } from '../../../src/schema/scalars/country-code.scalar.js';
import { COUNTRY_CODES } from '../../../src/schema/scalars/country-codes.js';
import { CurrencyCodeScalar } from '../../../src/schema/scalars/currency-code.scalar.js';
import { CURRENCY_CODES } from '../../../src/schema/scalars/currency-codes.js';
import { DateTimeScalar } from '../../../src/schema/scalars/date-time.scalar.js';
import { DecimalScalar } from '../../../src/schema/scalars/decimal.scalar.js';
import { URLScalar } from '../../../src/schema/scalars/url.scalar.js';
import { UUIDScalar } from '../../../src/schema/scalars/uuid.scalar.js';

interface Table {
  /** Come in and go on as written. */
  accepted: string[];
  refused: string[];
  /** Of the API: leave as written. */
  emitted?: string[];
  notEmitted?: string[];
}

function itKeeps(
  scalar: GraphQLScalarType<unknown, unknown>,
  { accepted, refused, emitted = [], notEmitted = [] }: Table,
) {
  it.each(accepted)('accepts %j, as variable and as literal, and keeps it as written both ways', (text) => {
    expect(scalar.parseValue(text)).toBe(text);
    expect(scalar.parseLiteral(parseValue(JSON.stringify(text)))).toBe(text);
    expect(scalar.serialize(text)).toBe(text);
  });

  it.each(refused)('refuses %j, as variable and as literal', (text) => {
    expect(() => scalar.parseValue(text)).toThrow(/^Expected /);
    expect(() => scalar.parseLiteral(parseValue(JSON.stringify(text)))).toThrow(/^Expected /);
  });

  if (emitted.length > 0) {
    it.each(emitted)('passes %j of the API on as written, though it would not accept it', (text) => {
      expect(scalar.serialize(text)).toBe(text);
      expect(() => scalar.parseValue(text)).toThrow();
    });
  }

  it.each(['', ...notEmitted])('does not show %j', (text) => {
    expect(() => scalar.serialize(text)).toThrow(`A value cannot be shown as ${scalar.name}.`);
  });
}

describe('UUID', () => {
  itKeeps(UUIDScalar, {
    accepted: [
      '00000000-0000-0000-0000-000000000000',
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
      'c232ab00-9414-11ec-b3c8-9f6bdeced846',
      '5df41881-3aed-3515-88a7-2f4a814cf09e',
      '919108f7-52d1-4320-9bac-f847db4148a8',
      '2ed6657d-e927-568b-95e1-2665a8aea6a2',
      '1ec9414c-232a-6b00-b3c8-9f6bdeced846',
      '017f22e2-79b0-7cc3-98c4-dc0c0c07398f',
      '2489e9ad-2ee2-8e00-8ec9-32d5f69181c0',
    ],
    refused: [
      '919108f752d143209bacf847db4148a8',
      '919108f7-52d1-4320-9bac-f847db4148a',
      '919108f7-52d1-4320-9bac-f847db4148a80',
      '919108f7-52d1-4320-9bac-f847db4148ag',
      '919108f-752d1-4320-9bac-f847db4148a8',
      '{919108f7-52d1-4320-9bac-f847db4148a8}',
      'urn:uuid:919108f7-52d1-4320-9bac-f847db4148a8',
      ' 919108f7-52d1-4320-9bac-f847db4148a8',
      '919108f7-52d1-4320-9bac-f847db4148a8\n',
      '919108f7–52d1–4320–9bac–f847db4148a8',
      '９19108f7-52d1-4320-9bac-f847db4148a8',
    ],
    notEmitted: ['919108f752d143209bacf847db4148a8'],
  });

  it('takes either letter case in and works with lower case', () => {
    expect(UUIDScalar.parseValue('919108F7-52D1-4320-9BAC-F847DB4148A8')).toBe('919108f7-52d1-4320-9bac-f847db4148a8');
  });
});

describe('DateTime', () => {
  itKeeps(DateTimeScalar, {
    accepted: [
      '2024-01-12T15:05:46Z',
      '2024-01-12T15:05:46+00:00',
      '2024-01-12T15:05:46.1Z',
      '2024-01-12T15:05:46.120Z',
      '2024-01-12T15:05:46.123456Z',
      '2024-01-12T15:05:46.123456789Z',
      '2024-01-12T15:05:46.999999999Z',
      '2024-01-12T15:05:46.000000000+00:00',
      '0000-01-01T00:00:00Z',
      '0000-02-29T00:00:00Z',
      '9999-12-31T23:59:59.999999999Z',
      '2024-02-29T00:00:00Z',
      '2000-02-29T00:00:00Z',
      '2023-02-28T23:59:59Z',
      '2024-04-30T00:00:00Z',
      '2024-12-31T00:00:00Z',
      '1990-12-31T23:59:60Z',
      '2016-12-31T23:59:60.5Z',
    ],
    refused: [
      '2024-01-12',
      '15:05:46Z',
      '2024-01-12T15:05Z',
      '2024-01-12T15:05:46',
      '2024-01-12 15:05:46Z',
      '2024-01-12t15:05:46z',
      '2024-01-12T15:05:46z',
      '2024-01-12T15:05:46-00:00',
      '2024-01-12T15:05:46+0000',
      '2024-01-12T15:05:46+00',
      '2024-01-12T15:05:46+01:00',
      '2024-01-12T15:05:46-05:00',
      '2024-01-12T15:05:46.Z',
      '2024-01-12T15:05:46,5Z',
      '2024-01-12T15:05:46.1234567890Z',
      '2024-00-12T15:05:46Z',
      '2024-13-12T15:05:46Z',
      '2024-01-00T15:05:46Z',
      '2024-01-32T15:05:46Z',
      '2024-02-30T00:00:00Z',
      '2023-02-29T00:00:00Z',
      '1900-02-29T00:00:00Z',
      '2100-02-29T00:00:00Z',
      '2024-04-31T00:00:00Z',
      '2024-06-31T00:00:00Z',
      '2024-09-31T00:00:00Z',
      '2024-11-31T00:00:00Z',
      '2024-01-12T24:00:00Z',
      '2024-01-12T15:60:00Z',
      '2024-01-12T15:05:60Z',
      '2024-01-12T22:59:60Z',
      '2024-01-12T23:58:60Z',
      '2024-01-12T23:59:61Z',
      '+2024-01-12T15:05:46Z',
      '12024-01-12T15:05:46Z',
      '2024-1-12T15:05:46Z',
      '2024-W02-5T15:05:46Z',
      '1705071946',
      'now',
      ' 2024-01-12T15:05:46Z',
      '2024-01-12T15:05:46Z\n',
      '٢٠٢٤-01-12T15:05:46Z',
    ],
    emitted: ['2024-01-12T15:05:46.1234567890123Z', '2024-01-12T15:05:46+01:00'],
    notEmitted: ['yesterday', '2024-01-12', '1705071946'],
  });
});

describe('Decimal', () => {
  itKeeps(DecimalScalar, {
    accepted: [
      '0',
      '1',
      '-1',
      '-0',
      '20',
      '20.0',
      '20.00',
      '0.1',
      '-0.10',
      '007',
      '0.30000000000000004',
      '9'.repeat(64),
    ],
    refused: [
      '.5',
      '5.',
      '+1',
      '--1',
      '- 1',
      '1e3',
      '1E3',
      '1,5',
      '1_000',
      '1 000',
      '1.2.3',
      '0x10',
      '١٢',
      '１２',
      'NaN',
      'Infinity',
      '-',
      '.',
      '$1',
      '1%',
      '−1',
      ' 1',
      '1\n',
      '9'.repeat(65),
    ],
    emitted: ['9'.repeat(65), `0.${'1'.repeat(100)}`],
    notEmitted: ['1e3', 'NaN', '+1', '1,5'],
  });
});

describe('CurrencyCode', () => {
  itKeeps(CurrencyCodeScalar, {
    accepted: ['EUR', 'GBP', 'USD', 'JPY', 'CHF', 'SLE', 'XCG', 'ZWG', 'VED', 'STN', 'BYN', 'XAU', 'XTS', 'XXX'],
    refused: ['eur', 'Eur', 'EU', 'EURO', 'USDC', '978', 'E R', '€', 'ЕUR', 'EUR ', '__proto__', 'constructor'],
    emitted: ['DEM', 'HRK', 'BGN', 'ZWL', 'ABC', 'ZZZ'],
    notEmitted: ['eur', 'EURO', 'USDC', '978', 'EUR\n'],
  });

  it('knows 178 codes, each of three capital letters', () => {
    expect(CURRENCY_CODES.size).toBe(178);
    expect([...CURRENCY_CODES].filter((code) => !/^[A-Z]{3}$/.test(code))).toEqual([]);
  });
});

describe('CountryCode', () => {
  itKeeps(CountryCodeScalar, {
    accepted: ['GB', 'DE', 'US', 'FR', 'SS', 'BQ', 'CW', 'SX', 'AX', 'TW', 'PS', 'AQ', 'ZW'],
    refused: ['gb', 'Gb', 'G', 'GBR', '826', 'G1', 'GB ', 'ΑX'],
    emitted: ['XK', 'UK', 'EU', 'AN', 'YU', 'ZZ'],
    notEmitted: ['gb', 'GBR', 'G', 'GB\n'],
  });

  it('knows the 249 codes of the standard, each of two capital letters', () => {
    expect(COUNTRY_CODES.size).toBe(249);
    expect([...COUNTRY_CODES].filter((code) => !/^[A-Z]{2}$/.test(code))).toEqual([]);
  });
});

describe('ChainAccountId', () => {
  itKeeps(ChainAccountIdScalar, {
    accepted: [
      'eip155:1:0xab16a96D359eC26a11e2C2b3d8f8B8942d5Bfcdb',
      'eip155:324:0xAB16A96D359EC26A11E2C2B3D8F8B8942D5BFCDB',
      'bip122:000000000019d6689c085ae165831e93:128Lkh3S7CkDTBZ8W7BbpsN3YYizJMp8p6',
      'cosmos:cosmoshub-3:cosmos1t2uflqwqe0fsj0shcfkrvpukewcw40yjj6hdc0',
      'starknet:SN_MAIN:0x02dd1b492765c064eac4039e3841aa5f382773b598097a40073bd8b48170ab57',
      'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp:7S3P4HxJpyyigGzodYwHtCxZyUQe9JiBMHyRWXArAaKv',
      'tron:27Lqcw:TJRabPrwbZy45sbavfcjinPJC18kjpRTv8',
      'hedera:mainnet:0.0.1234567890-zbhlt',
      'polkadot:b0a8d493285c2df73290dfb7e61f870f:5hmuyxw9xdgbpptgypokw4thfyoe3ryenebr381z9iaegmfy',
      `chainstd:8c3444cf8970a9e41a706fab93e7a6c4:${'6d9b0b4b9994e8a6afbd3dc3ed983cd51c755afb27cd1dc7825ef59c134a39f7'.repeat(2)}`,
      'abc:a:%2f',
    ],
    refused: [
      '0xab16a96D359eC26a11e2C2b3d8f8B8942d5Bfcdb',
      'eip155:1',
      'eip155:1:',
      ':1:0xab',
      'eip155::0xab',
      'EIP155:1:0xab',
      'ei:1:0xab',
      'eip155eip:1:0xab',
      'eip_155:1:0xab',
      `eip155:${'1'.repeat(33)}:0xab`,
      'eip155:1.5:0xab',
      `eip155:1:${'a'.repeat(129)}`,
      'eip155:1:0xab:0xcd',
      'eip155:1:0xab_cd',
      'eip155:1:0xab/erc20',
      'eip155:1:0xab cd',
      'eip155:1:vitalik.ethé',
      ' eip155:1:0xab',
      'eip155:1:0xab\n',
    ],
    emitted: ['EIP155:1:0xab', 'eip155:1:0xab_cd', 'something-new'],
    notEmitted: ['eip155:1:0xab\n', 'eip155:1: 0xab'],
  });
});

describe('Base64', () => {
  const bytes = (length: number) => Buffer.alloc(length, 0xfb).toString('base64');
  itKeeps(Base64Scalar, {
    // RFC 4648 section 10, and the two characters of its standard alphabet that others replace.
    accepted: ['Zg==', 'Zm8=', 'Zm9v', 'Zm9vYg==', 'Zm9vYmE=', 'Zm9vYmFy', '+/+/', '++8=', 'AAAA', bytes(49_152)],
    refused: [
      'Zg',
      'Zg=',
      'Zg===',
      'Zm8',
      'Z',
      '=',
      '====',
      'Zh==',
      'Zm9=',
      '-_-_',
      'Zm9v\n',
      'Zm9v\r\nYmFy',
      ' Zm9v',
      'Zm 9v',
      'Zm9v=',
      'Zg==Zg==',
      'Zm9v!',
      'Zm9é',
      'data:;base64,Zm9v',
      bytes(49_155),
    ],
    emitted: ['Zg', '-_-_', 'Zh=='],
    notEmitted: ['Zm 9v', 'Zm9v\n', '{}'],
  });
});

describe('URL', () => {
  const long = (length: number) => 'https://a.example/'.padEnd(length, 'a');
  itKeeps(URLScalar, {
    accepted: [
      'https://example.com',
      'https://example.com/',
      'HTTPS://EXAMPLE.com/Hooks',
      'http://localhost:4000/webhooks/offblocks/s3cr3t',
      'http://127.0.0.1:3000/a?b=c&d=%20#e',
      'https://[2001:db8::1]:8443/hooks',
      'https://example.com/a/../b',
      'https://bücher.example/ä',
      'https://example.com:443/',
      'mailto:someone@example.com',
      'urn:uuid:919108f7-52d1-4320-9bac-f847db4148a8',
      long(2_048),
    ],
    refused: [
      'example.com',
      '/hooks',
      '//example.com/hooks',
      'https:',
      'https://',
      'https:example.com',
      'https:/example.com',
      'http:///',
      'https://:443/',
      'https://exa mple.com/',
      'https://example.com/a b',
      ' https://example.com',
      'https://example.com ',
      'https://example.com\n',
      '\thttps://example.com',
      'https://exam\nple.com',
      'https://example.com/\u0000',
      'https://example.com/\u007f',
      'https://example.com/\u0085',
      'https://example.com\\hooks',
      'https:\\\\example.com',
      'https://example.com:65536/',
      'https://example.com:port/',
      'https://[::1',
      'https://256.256.256.256/',
      'https://%00.example/',
      'not a url',
      long(2_049),
    ],
    emitted: ['example.com/hooks', long(2_049)],
    notEmitted: ['https://example.com/a b', 'https://example.com\n'],
  });
});
