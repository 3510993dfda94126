import type { EntityTable } from '../programme/entity-table.js';
import type { Instant } from '../programme/instants.js';
import { findRow } from '../programme/programme.js';
import type { Answer, Call, Route } from './router.js';

/** A route that needs token and signature. */
export function signed(method: string, template: string, handle: (call: Call) => Answer): Route {
  return { method, template, protection: 'signed', handle };
}

/** 200 with the text of a JSON value that is made already. */
export function text(body: string | Buffer): Answer {
  return { status: 200, body };
}

/** An answer with a JSON body. */
export function json(status: number, body: object): Answer {
  return { status, body: JSON.stringify(body) };
}

/** 201; the times of a creation come in nanoseconds, see `Instant`. */
export function created({ entity, at }: { entity: object; at: Instant }): Answer {
  return json(201, { ...entity, createdAt: at.precise, updatedAt: at.precise });
}

/** Handlers for the calls about one entity, which find it by the ID in the path first (400 or 404 when they cannot). */
export class RowCalls<Row extends { entity: { id: string } }> {
  readonly #table: EntityTable<Row>;
  readonly #noun: string;

  constructor({ table, noun }: { table: EntityTable<Row>; noun: string }) {
    this.#table = table;
    this.#noun = noun;
  }

  /** Answers what `make` returns. */
  answer(make: (row: Row, call: Call) => Answer): (call: Call) => Answer {
    return (call) => make(this.#find(call), call);
  }

  /** Answers 200 with the entity. */
  show(): (call: Call) => Answer {
    return this.answer((row) => text(this.#table.textOf(row)));
  }

  /** Does `act` and answers 200 with the entity after it. */
  change(act: (row: Row) => void): (call: Call) => Answer {
    return this.answer((row) => {
      act(row);
      return text(this.#table.textOf(row));
    });
  }

  /** Does `act` and answers with a status alone. */
  silently(status: number, act: (row: Row, call: Call) => void): (call: Call) => Answer {
    return this.answer((row, call) => {
      act(row, call);
      return { status };
    });
  }

  #find({ params }: Call): Row {
    return findRow({ table: this.#table, id: params[`${this.#noun}Id`] ?? '', noun: this.#noun });
  }
}
