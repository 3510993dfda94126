import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { GraphQLSchema } from 'graphql';
import { Arg, Args, buildSchemaSync, Query, Resolver } from 'type-graphql';
import { AccountConnectionArgs } from '../../src/schema/account/account.args.js';
import { CardConnectionArgs } from '../../src/schema/card/card.args.js';
import { CustomerConnectionArgs } from '../../src/schema/customer/customer.args.js';
import { TransactionConnectionArgs } from '../../src/schema/transaction/transaction.args.js';
import { InvalidInputError, NotFoundError } from '../../src/schema/user-error/request-errors.type.js';
import { UserError } from '../../src/schema/user-error/user-error.type.js';

const SCHEMA_ROOM = resolve(__dirname, '../../src/schema');

/** Root fields with the arguments of the real ones, and one that returns user errors. */
@Resolver()
class ThrowAwayResolver {
  @Query(() => String, { description: 'x' })
  customers(@Args(() => CustomerConnectionArgs) args: CustomerConnectionArgs): string {
    return JSON.stringify(args);
  }

  @Query(() => String, { description: 'x' })
  accounts(@Args(() => AccountConnectionArgs) args: AccountConnectionArgs): string {
    return JSON.stringify(args);
  }

  @Query(() => String, { description: 'x' })
  cards(@Args(() => CardConnectionArgs) args: CardConnectionArgs): string {
    return JSON.stringify(args);
  }

  @Query(() => String, { description: 'x' })
  transactions(@Args(() => TransactionConnectionArgs) args: TransactionConnectionArgs): string {
    return JSON.stringify(args);
  }

  @Query(() => [UserError], { description: 'x' })
  userErrors(@Arg('message', () => String, { description: 'x' }) message: string): UserError[] {
    return [new NotFoundError({ message, field: ['input', 'cardId'] }), new InvalidInputError({ message })];
  }
}

/** Every class of src/schema in one schema, found by looking and not by a list that could be forgotten. */
export async function buildVocabulary(): Promise<GraphQLSchema> {
  const files = readdirSync(SCHEMA_ROOM, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const modules = await Promise.all(files.map((file) => import(join(SCHEMA_ROOM, file)) as Promise<object>));
  const classes = modules.flatMap((module) => Object.values(module)).filter((value) => typeof value === 'function');
  return buildSchemaSync({ resolvers: [ThrowAwayResolver], orphanedTypes: classes, validate: false });
}
