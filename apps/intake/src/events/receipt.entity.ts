import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An event that was accepted. Kept by hash, because an event's id may name a person. */
@Entity('receipt')
export class ReceiptEntity {
  /** SHA-256 of source and id. */
  @PrimaryColumn({ name: 'event_hash', type: 'bytea' })
  eventHash!: Buffer;

  /** SHA-256 of the event's canonical form. */
  @Column({ name: 'content_hash', type: 'bytea' })
  contentHash!: Buffer;

  @Column({ type: 'uuid' })
  receipt!: string;

  @Column({ type: 'timestamptz' })
  accepted!: Date;
}
