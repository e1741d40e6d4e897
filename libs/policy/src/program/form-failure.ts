/**
 * Why nothing is released: a value that could not be given in its form, or is of another shape than the schema says.
 * Carries the granted field, never the value.
 */
export class FormFailure {
  readonly field: string;
  constructor(field: string) {
    this.field = field;
  }
}
