import { parse } from 'graphql';
import { assertOverlaps } from '../../../src/http/limits/field-overlaps.js';

/** 100 fields of one name are 4,950 pairs; 101 are 5,050. */
const FITTING = 100;
const codeOf = (text: string): unknown => {
  try {
    assertOverlaps(parse(text));
    return 'fine';
  } catch (error) {
    return (error as { extensions: { code: string } }).extensions.code;
  }
};
const times = (count: number, text: string) => Array(count).fill(text).join(' ');

describe('fields that are asked for again and again at one place', () => {
  it.each<[string, (count: number) => string]>([
    ['written out', (n) => `{ card { ${times(n, 'account { id }')} } }`],
    ['under one alias', (n) => `{ card { ${times(n, 'x: account { id }')} } }`],
    ['in inline fragments', (n) => `{ card { ${times(n, '... { account { id } }')} } }`],
    ['in a fragment', (n) => `{ card { ${times(n, '...F')} } } fragment F on Card { account { id } }`],
    ['in a fragment that nobody spreads', (n) => `{ a } fragment F on Card { ${times(n, 'account { id }')} }`],
    ['as parents of one child', (n) => `{ a { b { ${times(n, 'c { d }')} } } }`],
  ])('%s: so many and no more', (_how, write) => {
    expect([codeOf(write(FITTING)), codeOf(write(FITTING + 1))]).toEqual(['fine', 'OPERATION_TOO_COMPLEX']);
  });

  it('counts what comes together below parents that are one in the answer', () => {
    // 22 parents are 231 pairs, their 440 children together 96,580.
    expect(codeOf(`{ card { ${times(22, `account { ${times(20, 'customer { id }')} }`)} } }`)).toBe(
      'OPERATION_TOO_COMPLEX',
    );
    expect(
      codeOf(`{ ${Array.from({ length: 22 }, (_, i) => `a${i}: account { ${times(20, 'b { id }')} }`).join(' ')} }`),
    ).toBe('fine');
  });

  it('does not count fields without a selection, which cost nothing to compare', () => {
    expect(codeOf(`{ card { ${times(1_000, 'id')} } }`)).toBe('fine');
  });

  it.each([
    ['itself', 'fragment A on Card { ...A }'],
    ['itself, below a field', 'fragment A on Card { account { cards { ...A } } }'],
    ['one that spreads it', 'fragment A on Card { ...B } fragment B on Card { id ...A }'],
  ])('refuses a fragment that spreads %s', (_what, fragments) => {
    expect(codeOf(`{ card { ...A ${times(490, 'account { id }')} } } ${fragments}`)).toBe('GRAPHQL_VALIDATION_FAILED');
  });

  it('looks at a web of fifty fragments without walking all its ways', () => {
    const names = Array.from({ length: 50 }, (_, i) => `F${i}`);
    const web = names.map((name) => `fragment ${name} on Card { ${names.map((other) => `...${other}`).join(' ')} }`);
    expect(codeOf(`{ card { ...F0 } } ${web.join(' ')}`)).toBe('GRAPHQL_VALIDATION_FAILED');
  });
});
