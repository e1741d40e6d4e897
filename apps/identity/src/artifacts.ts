import type { Adapter, AdapterPayload } from 'oidc-provider';
import type { DataSource } from 'typeorm';
import { ArtifactEntity } from './artifact.entity.js';
import { errors } from './oidc-provider.js';

/** Keeps one kind of the authorisation server's artefacts in Postgres, so that every instance knows them. */
export class Artifacts implements Adapter {
  readonly #model: string;
  readonly #database: DataSource;

  constructor(model: string, database: DataSource) {
    this.#model = model;
    this.#database = database;
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const rows = await this.#database.query<unknown[]>(
      `insert into artifact (model, id, payload, grant_id, expires)
       values ($1, $2, $3, $4, now() + make_interval(secs => $5))
       on conflict (model, id) do update
         set payload = excluded.payload, grant_id = excluded.grant_id, expires = excluded.expires
         where artifact.model <> 'ReplayDetection' or artifact.expires < now()
       returning 1`,
      [this.#model, id, JSON.stringify(payload), payload.grantId ?? null, expiresIn],
    );
    // Two uses of one assertion at the same moment both find nothing: the row decides which of them came first.
    if (rows.length === 0)
      throw new errors.InvalidClientAuth('client assertion tokens must only be used once');
    await this.#forgetExpired();
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this.#first('model = $1 and id = $2', [this.#model, id]);
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#first(`model = $1 and payload->>'uid' = $2`, [this.#model, uid]);
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#first(`model = $1 and payload->>'userCode' = $2`, [this.#model, userCode]);
  }

  async consume(id: string): Promise<void> {
    await this.#database.query(
      `update artifact set payload = jsonb_set(payload, '{consumed}', to_jsonb(extract(epoch from now())::bigint))
       where model = $1 and id = $2`,
      [this.#model, id],
    );
  }

  async destroy(id: string): Promise<void> {
    await this.#database.manager.delete(ArtifactEntity, { model: this.#model, id });
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.#database.manager.delete(ArtifactEntity, { grantId });
  }

  async #first(where: string, parameters: unknown[]): Promise<AdapterPayload | undefined> {
    const rows = await this.#database.query<{ payload: AdapterPayload }[]>(
      `select payload from artifact where ${where} and (expires is null or expires > now())`,
      parameters,
    );
    return rows[0]?.payload;
  }

  /** A few at a time, so that no request pays for many. */
  async #forgetExpired(): Promise<void> {
    await this.#database.query(
      `delete from artifact where (model, id) in
         (select model, id from artifact where expires < now() order by expires limit 10 for update skip locked)`,
    );
  }
}
