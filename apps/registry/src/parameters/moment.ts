import {
  ValidatorConstraint,
  type ValidationArguments,
  type ValidatorConstraintInterface,
} from 'class-validator';
import { isTime } from '@concordat/record';

/** A time with a zone (RFC 3339), on a day that exists. */
@ValidatorConstraint()
export class IsMoment implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return typeof value === 'string' && value.length <= 40 && isTime(value);
  }

  defaultMessage({ property }: ValidationArguments): string {
    return `${property} must be a time with a zone (RFC 3339)`;
  }
}
