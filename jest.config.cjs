// Packages published as ES modules only; Jest's module system is CommonJS, so they are compiled like our own files.
const esmOnly = ['jose', 'http-message-sig', 'structured-headers'];

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  setupFiles: ['reflect-metadata'],
  transform: { '^.+\\.[cm]?[jt]s$': '@swc/jest' },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  // Generous: a slow machine is no failure, and properties try many schedules.
  testTimeout: 180_000,
};
