import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * One signatory's signature. A signatory has a second one only when the first does not hold any more, because
 * its key was compromised when it was made.
 */
@Entity('agreement_signature')
export class AgreementSignatureEntity {
  /** The order of arrival. */
  @PrimaryColumn({ type: 'bigint', insert: false })
  number!: string;

  @Column({ type: 'text' })
  id!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'text' })
  party!: string;

  @Column({ type: 'text' })
  role!: string;

  @Column({ type: 'text' })
  kid!: string;

  /** The protected header, base64url, as it was signed. */
  @Column({ type: 'text' })
  header!: string;

  @Column({ type: 'text' })
  signature!: string;

  @Column({ type: 'timestamptz' })
  received!: Date;
}
