import { ParseIntPipe } from '@nestjs/common';
import { IsOptional, IsString, Length, Matches } from 'class-validator';
import { PageLimit } from '@concordat/http';
import { BrokerError } from '@concordat/problem';

/** A version's number in an address. */
export const versionNumber = new ParseIntPipe({
  exceptionFactory: () => new BrokerError('invalid-parameter', 'The version must be a whole number'),
});

/** A page of versions: those after one of them, `id/version`, in the order of ids and then numbers. */
export class VersionPage extends PageLimit {
  @IsOptional()
  @IsString()
  @Matches(/^$|^[a-z0-9-]+\/(?:0|[1-9]\d{0,5})$/, { message: 'after must be the "next" of the page before' })
  @Length(0, 200)
  after: string = '';
}

/** The version after which a page begins. */
export function placeOf(after: string): { readonly id: string; readonly version: number } {
  const [id = '', version = '0'] = after.split('/');
  return { id, version: Number(version) };
}
