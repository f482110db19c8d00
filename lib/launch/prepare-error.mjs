/** A failure that one line tells the operator. */
export class PrepareError extends Error {}
