import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AgreementEvent } from '@concordat/exchange';

/** Something in the life of an agreement that the ledger has been told, so that it is told once. */
@Entity('agreement_transition')
export class AgreementTransitionEntity {
  /** The id of the ledger's entry. */
  @PrimaryColumn({ type: 'text' })
  entry!: string;

  /** The agreement's. */
  @Column({ type: 'text' })
  id!: string;

  @Column({ type: 'text' })
  type!: AgreementEvent['type'];

  /** What makes it one of its type in the life of this agreement. */
  @Column({ type: 'text' })
  subject!: string;
}
