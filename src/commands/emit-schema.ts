import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { buildGatewaySchema } from '../resolvers/build-schema.js';

const HEADER = '# Made by `npm run schema` from src/schema and src/resolvers. Do not edit.\n\n';

/** The schema as SDL, simulator mutations included, in a stable order. */
export function printGatewaySchema(): string {
  return `${HEADER}${printSchema(lexicographicSortSchema(buildGatewaySchema({ simulator: true })))}\n`;
}

if (require.main === module) {
  const file = process.argv[2] ?? 'schema.graphql';
  writeFileSync(file, printGatewaySchema());
  process.stdout.write(`${file} written\n`);
}
