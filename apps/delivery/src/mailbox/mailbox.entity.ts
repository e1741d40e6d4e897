import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How far a recipient's mailbox is filled, handed out and acknowledged. Positions begin at 1. */
@Entity('mailbox')
export class MailboxEntity {
  @PrimaryColumn({ type: 'text' })
  recipient!: string;

  @Column({ name: 'last_position', type: 'bigint' })
  lastPosition!: string;

  @Column({ name: 'handed_out', type: 'bigint' })
  handedOut!: string;

  @Column({ type: 'bigint' })
  acknowledged!: string;
}
