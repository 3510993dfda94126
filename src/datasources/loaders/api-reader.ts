import type { UpstreamCall, UpstreamClient } from '../http/upstream-client.js';
import { UpstreamFailure } from '../http/upstream-failure.js';
import { decodeList, type UnknownValueListener, WireFormatError } from '../wire/decode.js';
import { EntityList, type ListedEntity } from './entity-list.js';
import type { ReadCause } from './read-trace.js';
import type { ChildList, ListedResource, Resource } from './resource.js';

export type Entity = { readonly id: string };

/** Reads from the API itself, decoded and frozen; knows nothing of caches and batches. */
export interface ApiReader {
  /** Past the cache, and not stored: for reading back after a change. Null for an ID that the API does not know. */
  readFresh<T extends Entity>(resource: Resource<T>, id: string, cause?: ReadCause): Promise<T | null>;
  /** As `readFresh`, for the entities below a parent; empty for a parent that the API does not know. */
  readChildrenFresh<T extends ListedEntity>(
    children: ChildList<T>,
    parentId: string,
    cause?: ReadCause,
  ): Promise<EntityList<T>>;
  /** The whole list, decoded while it arrives. Gives up (`too-large`) once it has had more than `maxEntities`. */
  loadList<T extends ListedEntity>(
    resource: ListedResource<T>,
    options: { maxEntities: number } & ReadCause,
  ): Promise<EntityList<T>>;
  /** Decodes the body of a mutation's answer; null when it is not the entity (empty, of another shape, of another ID). */
  decodeAnswer<T extends Entity>(resource: Resource<T>, body: unknown, id?: string): T | null;
  /** As `decodeAnswer`, for a creation: without a body nobody knows the ID, so that is a failure (`invalid`). */
  decodeCreated<T extends Entity>(resource: Resource<T>, body: unknown): T;
}

function isAbsent(error: unknown): boolean {
  return error instanceof UpstreamFailure && error.kind === 'status' && (error.status === 404 || error.status === 410);
}

export function createApiReader(options: { client: UpstreamClient; onUnknownValue: UnknownValueListener }): ApiReader {
  const { client, onUnknownValue } = options;

  async function get<T>(
    call: Pick<UpstreamCall, 'route' | 'params'>,
    decode: (wire: unknown) => T,
    { trace, deadline }: ReadCause = {},
  ): Promise<T> {
    const { body } = await client.call({ method: 'GET', ...call, deadline }, trace?.request);
    try {
      return decode(body);
    } catch (cause) {
      if (cause instanceof WireFormatError) throw new UpstreamFailure({ kind: 'invalid', route: call.route, cause });
      throw cause;
    }
  }

  const decodeEntity =
    <T extends Entity>(resource: Resource<T>) =>
    (wire: unknown): T =>
      Object.freeze(resource.decode(wire, onUnknownValue));

  async function readFresh<T extends Entity>(resource: Resource<T>, id: string, cause?: ReadCause): Promise<T | null> {
    try {
      const entity = await get({ route: resource.route, params: { id } }, decodeEntity(resource), cause);
      if (entity.id.toLowerCase() === id.toLowerCase()) return entity;
      throw new UpstreamFailure({
        kind: 'invalid',
        route: resource.route,
        detail: 'another entity than was asked for',
      });
    } catch (error) {
      if (isAbsent(error)) return null;
      throw error;
    }
  }

  async function readChildrenFresh<T extends ListedEntity>(
    children: ChildList<T>,
    parentId: string,
    cause?: ReadCause,
  ): Promise<EntityList<T>> {
    const { route, child } = children;
    const decode = (wire: unknown) => new EntityList(decodeList(child.name, wire, decodeEntity(child)));
    try {
      return await get({ route, params: { id: parentId } }, decode, cause);
    } catch (error) {
      if (isAbsent(error)) return new EntityList<T>([]);
      throw error;
    }
  }

  function decodeAnswer<T extends Entity>(resource: Resource<T>, body: unknown, id?: string): T | null {
    try {
      const entity = decodeEntity(resource)(body);
      return id === undefined || entity.id.toLowerCase() === id ? entity : null;
    } catch (error) {
      if (error instanceof WireFormatError) return null;
      throw error;
    }
  }

  async function loadList<T extends ListedEntity>(
    resource: ListedResource<T>,
    { maxEntities, trace, deadline }: { maxEntities: number } & ReadCause,
  ): Promise<EntityList<T>> {
    const { listRoute: route } = resource;
    const decode = decodeEntity(resource);
    async function* decoded(groups: AsyncIterable<unknown[]>): AsyncGenerator<T[]> {
      let entities = 0;
      for await (const group of groups) {
        entities += group.length;
        if (entities > maxEntities) {
          throw new UpstreamFailure({ kind: 'too-large', route, detail: `more than ${maxEntities} entities` });
        }
        yield group.map(decode);
      }
    }
    const readItems = (groups: AsyncIterable<unknown[]>) => EntityList.build(decoded(groups));
    const { body } = await client.call({ method: 'GET', route, readItems, deadline }, trace?.request);
    return body as EntityList<T>;
  }

  return {
    readFresh,
    readChildrenFresh,
    loadList,
    decodeAnswer,
    decodeCreated<T extends Entity>(resource: Resource<T>, body: unknown): T {
      const created = decodeAnswer(resource, body);
      if (created) return created;
      const detail = 'created, but the answer lacks the entity';
      throw new UpstreamFailure({ kind: 'invalid', route: resource.route, detail });
    },
  };
}
