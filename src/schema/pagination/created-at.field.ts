import { Field } from 'type-graphql';
import { SortDirection } from './sort-direction.enum.js';

/** `createdAt: SortDirection = ASC` of every connection that can be turned round. An explicit null means ASC too. */
export function CreatedAtDirectionField(): PropertyDecorator {
  return Field(() => SortDirection, {
    nullable: true,
    defaultValue: SortDirection.ASC,
    description: 'Order by the time of creation: oldest first (`ASC`) or newest first (`DESC`). Cursors serve both.',
  });
}
