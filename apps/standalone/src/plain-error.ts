/**
 * What keeps the broker from starting, or ends it, and is no fault within it: its message says all that people
 * need, and is shown alone, without a stack.
 */
export class PlainError extends Error {}
