import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One disclosure in a recipient's mailbox. */
@Entity('mailbox_item')
export class MailboxItemEntity {
  @PrimaryColumn({ type: 'text' })
  recipient!: string;

  @PrimaryColumn({ type: 'bigint' })
  position!: string;

  /** Of the event's trace; stays inside of the broker. */
  @Column({ type: 'text', nullable: true })
  traceparent!: string | null;

  /** The disclosed event as JSON text, exactly as the recipient gets it. */
  @Column({ type: 'text' })
  event!: string;
}
