import { createMetrics } from '../../src/observability/metrics.js';

it('keeps the figures of two gateways in one process apart', async () => {
  const [one, two] = [createMetrics(), createMetrics()];
  one.signatures.inc();
  expect(await one.registry.metrics()).toContain('gateway_signatures_total 1');
  expect(await two.registry.metrics()).toContain('gateway_signatures_total 0');
});

it('names every figure of its own gateway_…, with the unit at its end, and says what it is', async () => {
  const figures = await createMetrics().registry.getMetricsAsJSON();
  expect(figures.length).toBeGreaterThan(8);
  for (const { name, help } of figures) {
    expect(name).toMatch(/^gateway_[a-z_]+_(total|seconds|bytes|ratio|state|gateways)$/);
    expect(help.length).toBeGreaterThan(10);
  }
});
