import { type ClassType, Field, Int, ObjectType } from 'type-graphql';
import { PageInfo } from './page-info.type.js';

/**
 * Base class of an edge, e.g. `class CardEdge extends edgeOf(Card) {}`. The subclass carries the `@ObjectType`
 * that names it; the base never appears in the schema.
 */
export function edgeOf<TNode extends object>(Node: ClassType<TNode>) {
  @ObjectType({ simpleResolvers: true })
  abstract class Edge {
    @Field(() => String, {
      description: 'Marks this place in the list, for `after` and `before`. Not made to be read.',
    })
    cursor!: string;

    @Field(() => Node, { description: 'What stands at this place.' })
    node!: TNode;
  }
  return Edge;
}

/** Base class of a connection, e.g. `class CardConnection extends connectionOf(Card, CardEdge) {}`. Built by `paginate`. */
export function connectionOf<TNode extends object, TEdge extends object>(
  Node: ClassType<TNode>,
  Edge: ClassType<TEdge>,
) {
  @ObjectType({ simpleResolvers: true })
  abstract class Connection {
    @Field(() => [Edge], { description: 'The page in order, each entry with its cursor.' })
    edges!: TEdge[];

    @Field(() => [Node], { description: 'The page in order, for those who need no cursor of each entry.' })
    nodes!: TNode[];

    @Field(() => PageInfo, { description: 'Whether there is more before and behind, and the cursors at both ends.' })
    pageInfo!: PageInfo;

    @Field(() => Int, { description: 'How many entries the whole list has: after the filter, on all pages together.' })
    totalCount!: number;
  }
  return Connection;
}
