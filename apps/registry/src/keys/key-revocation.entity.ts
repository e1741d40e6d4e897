import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One word of an agency that a key of its own is not to be trusted any more. The first one revokes it. */
@Entity('agency_key_revocation')
export class KeyRevocationEntity {
  /** The order of arrival. */
  @PrimaryColumn({ type: 'bigint', insert: false })
  number!: string;

  @Column({ type: 'text' })
  kid!: string;

  @Column({ type: 'text' })
  because!: string;

  @Column({ name: 'compromised_since', type: 'timestamptz', nullable: true })
  compromisedSince!: Date | null;

  @Column({ type: 'timestamptz' })
  revoked!: Date;
}
