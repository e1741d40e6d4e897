import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Digest, JsonObject } from '@concordat/record';

@Entity('event_schema')
export class EventSchemaEntity {
  @PrimaryColumn({ type: 'text' })
  type!: string;

  /** Of the schema's canonical bytes. */
  @PrimaryColumn({ type: 'text' })
  digest!: Digest;

  /** The order of registration: events are checked against the newest schema of their type. */
  @Column({ type: 'bigint', insert: false })
  number!: string;

  @Column({ type: 'text' })
  owner!: string;

  /** Not `jsonb`, which refuses a string that holds U+0000. */
  @Column({ type: 'json' })
  schema!: JsonObject;
}
