import { randomBytes, randomInt } from 'node:crypto';

/** Where a planted value may come out again. */
export type Place = 'log' | 'audit' | 'metrics' | 'answer' | 'answer to another' | 'redis';
export const PLACES: readonly Place[] = ['log', 'audit', 'metrics', 'answer', 'answer to another', 'redis'];

interface Canary {
  label: string;
  /** In lower case: any of these is a hit. */
  traces: string[];
  /** Where it may be met. Everywhere else it is a leak. */
  allowed: readonly Place[];
}

export type Form = 'text' | 'base64' | 'hexadecimal' | 'wallet' | 'digits' | 'address' | 'name';

/** Values that are told from everything else, and whose traces can be looked for. */
export interface Canaries {
  /** A new value of this form. */
  plant(label: string, form: Form, allowed?: readonly Place[]): string;
  /** A value that somebody else made, such as a token. */
  watch(label: string, value: string, allowed?: readonly Place[]): string;
  /** `label in place`, for each that came out where it must not. */
  leaks(texts: Readonly<Record<Place, readonly string[]>>): string[];
  /** Whether the value planted under this label came out there: that the search finds things at all. */
  isIn(label: string, texts: readonly string[]): boolean;
  readonly count: number;
}

/** Letters only, so that no redaction of numbers can hide a leak. */
const randomWord = () => [...randomBytes(18)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('');

function createValue(form: Form): { value: string; traces: string[] } {
  const word = randomWord();
  const hex = Buffer.from(word).toString('hex');
  switch (form) {
    case 'text':
      return { value: `canary ${word}`, traces: [word] };
    case 'name':
      return { value: `canary_${word}`, traces: [word] };
    case 'base64': {
      const value = Buffer.from(`canary${word}`).toString('base64');
      return { value, traces: [word, value] };
    }
    case 'hexadecimal':
      return { value: `0x${hex.repeat(4)}`, traces: [hex] };
    case 'wallet':
      return { value: `eip155:300:0x${hex}0000`, traces: [hex] };
    case 'address':
      return { value: `https://${word}.example/hook`, traces: [word] };
    case 'digits': {
      const digits = Array.from({ length: 16 }, (_, index) => (index === 0 ? 4 : randomInt(1, 10))).join('');
      const groups = digits.match(/.{4}/g) ?? [];
      return { value: groups.join(' '), traces: [digits, groups.join(' '), groups.join('-')] };
    }
  }
}

export function createCanaries(): Canaries {
  const planted: Canary[] = [];
  const add = (label: string, traces: string[], allowed: readonly Place[]) =>
    void planted.push({ label, traces: traces.map((trace) => trace.toLowerCase()), allowed });
  return {
    plant(label, form, allowed = []) {
      const { value, traces } = createValue(form);
      add(label, traces, allowed);
      return value;
    },
    watch(label, value, allowed = []) {
      if (value.length < 12) throw new Error(`${label} is too short to be looked for`);
      // Whole, or a good part of it.
      add(label, value.length < 48 ? [value] : [value.slice(0, 32), value.slice(-32)], allowed);
      return value;
    },
    leaks(texts) {
      return PLACES.flatMap((place) => {
        const text = texts[place].join('\n').toLowerCase();
        return planted
          .filter(({ allowed, traces }) => !allowed.includes(place) && traces.some((trace) => text.includes(trace)))
          .map(({ label }) => `${label} in ${place}`);
      });
    },
    isIn: (label, texts) =>
      planted.some((canary) => {
        if (canary.label !== label) return false;
        const text = texts.join('\n').toLowerCase();
        return canary.traces.some((trace) => text.includes(trace));
      }),
    get count() {
      return planted.length;
    },
  };
}
