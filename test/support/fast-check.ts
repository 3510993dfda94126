import fc from 'fast-check';

// In CI the same cases every time, so that a change is judged by what it changes; elsewhere new ones, and a failure prints its seed.
if (process.env.CI) fc.configureGlobal({ seed: 20_261_121 });

export { fc };
