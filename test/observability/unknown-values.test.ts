import { createLogger } from '../../src/observability/logger.js';
import { createMetrics } from '../../src/observability/metrics.js';
import { createUnknownValueListener } from '../../src/observability/unknown-values.js';

function setUp() {
  const lines: { enum: string; value: string }[] = [];
  const metrics = createMetrics();
  const logger = createLogger({ level: 'warn', destination: { write: (line) => void lines.push(JSON.parse(line)) } });
  const counted = async () =>
    (await metrics.unknownEnumValues.get()).values.map(({ labels, value }) => [labels.enum, value]);
  return { lines, counted, listener: createUnknownValueListener({ logger, metrics }) };
}

it('counts every unknown value and logs each once', async () => {
  const { lines, counted, listener } = setUp();
  for (let i = 0; i < 3; i += 1) listener('CardStatus', 'frozen');
  listener('CardStatus', 'melted');
  listener('AccountStatus', 'frozen');
  expect(lines.map(({ enum: name, value }) => [name, value])).toEqual([
    ['CardStatus', 'frozen'],
    ['CardStatus', 'melted'],
    ['AccountStatus', 'frozen'],
  ]);
  expect(await counted()).toEqual([
    ['CardStatus', 4],
    ['AccountStatus', 1],
  ]);
});

it('neither logs a card number nor a novel in place of a value', () => {
  const { lines, listener } = setUp();
  listener('CardStatus', '5305181234569871');
  listener('CardStatus', 'x'.repeat(10_000));
  listener('CardStatus', 'name@example.com');
  expect(lines.map(({ value }) => value)).toEqual(['[not a name]', '[not a name]', '[not a name]']);
});

it('stops logging, and goes on counting, when there are too many to remember', async () => {
  const { lines, counted, listener } = setUp();
  for (let i = 0; i < 1_100; i += 1) listener('CardStatus', `value-${i}`);
  expect(lines).toHaveLength(1_000);
  expect(await counted()).toEqual([['CardStatus', 1_100]]);
});
