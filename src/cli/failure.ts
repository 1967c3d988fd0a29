/** The exit codes of the command line. */
export const exitCodes = {
  done: 0,
  /** Something went wrong that is no fault of the input. */
  failed: 1,
  /** Unknown commands, options, models. */
  usage: 2,
  /** A file that is not there, can't be read, or is not what it should be. */
  input: 3,
  /** The result of a replay does not pass its self-check. */
  selfCheck: 4,
} as const;

/** Ends a command with a line for the user and an exit code. */
export class Failure extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}
