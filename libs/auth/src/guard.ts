import 'reflect-metadata';
import {
  createParamDecorator,
  Inject,
  Injectable,
  SetMetadata,
  type CanActivate,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import { BrokerError } from '@concordat/problem';
import type { Scope } from './roles.js';
import type { Caller, VerifyToken } from './verify-token.js';

/** The injection token of the {@link VerifyToken} that {@link ScopeGuard} uses. */
export const VERIFY_TOKEN = Symbol('VerifyToken');

const SCOPE = 'concordat:scope';
const PUBLIC = Symbol('public');

/** The route takes access tokens with this scope. */
export const RequireScope = (scope: Scope): CustomDecorator => SetMetadata(SCOPE, scope);

/** The route takes any access token of this broker. */
export const AnyCaller = (): CustomDecorator => SetMetadata(SCOPE, 'any');

/** The route takes everyone. */
export const Anyone = (): CustomDecorator => SetMetadata(SCOPE, PUBLIC);

interface Request {
  readonly headers: { readonly authorization?: string };
  caller?: Caller;
}

/** Lets a request in by its access token. A route that says nothing about callers lets nobody in. */
@Injectable()
export class ScopeGuard implements CanActivate {
  readonly #verify: VerifyToken;

  constructor(@Inject(VERIFY_TOKEN) verify: VerifyToken) {
    this.#verify = verify;
  }

  async canActivate(execution: ExecutionContext): Promise<boolean> {
    const scope = Reflect.getMetadata(SCOPE, execution.getHandler()) as unknown;
    if (scope === PUBLIC) return true;
    const request = execution.switchToHttp().getRequest<Request>();
    const caller = await this.#verify(request.headers.authorization);
    if (typeof scope !== 'string') throw new BrokerError('missing-scope', 'Nobody may call this');
    if (scope !== 'any' && !caller.scopes.has(scope)) {
      throw new BrokerError('missing-scope', `This needs the scope ${scope}`);
    }
    request.caller = caller;
    return true;
  }
}

/** The caller of a guarded route. */
export const FromCaller = createParamDecorator((_: unknown, execution: ExecutionContext): Caller => {
  const { caller } = execution.switchToHttp().getRequest<Request>();
  if (caller === undefined) throw new BrokerError('no-token');
  return caller;
});
