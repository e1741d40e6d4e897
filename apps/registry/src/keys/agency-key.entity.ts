import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { DetachedSignature, KeyUse, PublicJwk } from '@concordat/agreement';

/** A public key as it was registered. What came after stands in {@link KeyRevocationEntity}. */
@Entity('agency_key')
export class AgencyKeyEntity {
  /** RFC 7638 thumbprint. */
  @PrimaryColumn({ type: 'text' })
  kid!: string;

  @Column({ type: 'text' })
  agency!: string;

  @Column({ type: 'text' })
  use!: KeyUse;

  @Column({ type: 'text' })
  role!: string;

  @Column({ type: 'jsonb' })
  jwk!: PublicJwk;

  @Column({ name: 'valid_from', type: 'timestamptz' })
  validFrom!: Date;

  @Column({ name: 'valid_until', type: 'timestamptz', nullable: true })
  validUntil!: Date | null;

  /** Of a signing key that its agency had before; none for the first. */
  @Column({ type: 'jsonb', nullable: true })
  endorsement!: DetachedSignature | null;
}
