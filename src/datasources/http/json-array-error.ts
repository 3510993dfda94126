/**
 * - `empty`: no bytes, or nothing but whitespace
 * - `not-an-array`: something else than a JSON array
 * - `malformed`: not JSON
 * - `truncated`: the text ends before the array does
 * - `trailing`: something follows the array
 * - `too-long`, `element-too-long`, `too-deep`: beyond a bound of the reader, JSON or not
 */
export type JsonArrayProblem =
  | 'empty'
  | 'not-an-array'
  | 'malformed'
  | 'truncated'
  | 'trailing'
  | 'too-long'
  | 'element-too-long'
  | 'too-deep';

/** A text that is not the JSON array which was expected. Never quotes it: `JSON.parse` does, so its error is no cause. */
export class JsonArrayError extends Error {
  readonly problem: JsonArrayProblem;

  constructor(problem: JsonArrayProblem) {
    super(`JSON array is ${problem}`);
    this.name = 'JsonArrayError';
    this.problem = problem;
  }
}
