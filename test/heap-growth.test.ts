import { limitHeapGrowth } from '../src/heap-growth.js';

const flagsSetWith = (...execArgv: string[]): string[] => {
  const flags: string[] = [];
  limitHeapGrowth({ execArgv, setFlags: (flag) => flags.push(flag) });
  return flags;
};

it('has garbage collected when there is two fifths as much of it as of what is alive', () => {
  expect(flagsSetWith()).toEqual(['--heap-growing-percent=40']);
  expect(flagsSetWith('--max-semi-space-size=8')).toEqual(['--heap-growing-percent=40']);
});

it.each(['--heap-growing-percent=0', '--heap_growing_percent=200'])(
  'leaves it to who started node with %s',
  (option) => {
    expect(flagsSetWith(option)).toEqual([]);
  },
);
