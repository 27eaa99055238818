// What ends a run before it has a verdict. Both lead to exit status 2.

/** The command line asks for something that does not exist. */
export class UsageError extends Error {}

/** Something this run needs is missing or broken. */
export class SetupError extends Error {}
