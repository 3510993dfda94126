export type ConnectionArgument = 'first' | 'last' | 'after' | 'before';

/** An argument of a connection cannot be used. The message says what is allowed and is made for the client. */
export class InvalidConnectionArgument extends Error {
  readonly argument: ConnectionArgument;

  constructor(argument: ConnectionArgument, message: string) {
    super(message);
    this.name = 'InvalidConnectionArgument';
    this.argument = argument;
  }
}
