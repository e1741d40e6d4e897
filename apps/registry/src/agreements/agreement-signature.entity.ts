import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One signatory's signature. */
@Entity('agreement_signature')
export class AgreementSignatureEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @PrimaryColumn({ type: 'integer' })
  version!: number;

  @PrimaryColumn({ type: 'text' })
  party!: string;

  @PrimaryColumn({ type: 'text' })
  role!: string;

  @Column({ type: 'text' })
  kid!: string;

  /** The protected header, base64url, as it was signed. */
  @Column({ type: 'text' })
  header!: string;

  @Column({ type: 'text' })
  signature!: string;
}
