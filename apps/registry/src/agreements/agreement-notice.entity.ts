import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Notice } from '@concordat/agreement';
import type { Digest } from '@concordat/record';

/** A signed notice about an agreement. */
@Entity('agreement_notice')
export class AgreementNoticeEntity {
  /** Of the notice's canonical text. */
  @PrimaryColumn({ type: 'text' })
  digest!: Digest;

  /** The order of arrival. */
  @Column({ type: 'bigint', insert: false })
  number!: string;

  @Column({ type: 'text' })
  id!: string;

  @Column({ type: 'integer' })
  version!: number;

  @Column({ type: 'text' })
  kind!: Notice['kind'];

  @Column({ type: 'text' })
  party!: string;

  @Column({ type: 'text' })
  role!: string;

  @Column({ type: 'text' })
  kid!: string;

  /** Canonical JSON (RFC 8785). */
  @Column({ type: 'text' })
  content!: string;

  /** The protected header, base64url, as it was signed. */
  @Column({ type: 'text' })
  header!: string;

  @Column({ type: 'text' })
  signature!: string;

  @Column({ type: 'timestamptz' })
  received!: Date;
}
