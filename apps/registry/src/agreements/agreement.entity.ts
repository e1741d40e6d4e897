import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Digest } from '@concordat/record';

/** One version of an agreement, its bytes frozen when it was proposed. */
@Entity('agreement')
export class AgreementEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @PrimaryColumn({ type: 'integer' })
  version!: number;

  @Column({ type: 'text' })
  digest!: Digest;

  /** Canonical JSON (RFC 8785). */
  @Column({ type: 'text' })
  content!: string;

  /** The agencies of its parties, to be found by. */
  @Column({ type: 'text', array: true })
  parties!: string[];

  @Column({ name: 'proposed_by', type: 'text' })
  proposedBy!: string;

  @Column({ type: 'timestamptz' })
  proposed!: Date;
}
