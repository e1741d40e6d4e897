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

  @Column({ name: 'proposed_by', type: 'text' })
  proposedBy!: string;
}
