import 'reflect-metadata';
import { MUTATION_NAMES } from '../../../src/datasources/mutations/mutation-name.js';
import { SETTLED_OUTCOMES } from '../../../src/datasources/mutations/settled-mutation.js';
import { buildGatewaySchema } from '../../../src/resolvers/build-schema.js';
import { UserErrorCode } from '../../../src/schema/user-error/user-error-code.enum.js';

it('the names of mutations are the fields of Mutation: mutationOutcome asks for each of them', () => {
  const fields = Object.keys(buildGatewaySchema({ simulator: true }).getMutationType()?.getFields() ?? {});
  expect([...MUTATION_NAMES].sort()).toEqual(fields.sort());
});

it('there is a word for every user error: that of the input is "invalid"', () => {
  const words = Object.values(UserErrorCode).map((code) => code.toLowerCase());
  const others = ['succeeded', 'invalid', 'absent', 'failed'];
  expect([...SETTLED_OUTCOMES].sort()).toEqual([...words.filter((word) => word !== 'invalid_input'), ...others].sort());
});
