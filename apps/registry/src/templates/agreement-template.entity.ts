import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Digest } from '@concordat/record';

/** One version of a template, its bytes fixed when it was published. */
@Entity('agreement_template')
export class AgreementTemplateEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @PrimaryColumn({ type: 'integer' })
  version!: number;

  @Column({ type: 'text' })
  digest!: Digest;

  /** Canonical JSON (RFC 8785). */
  @Column({ type: 'text' })
  content!: string;

  @Column({ name: 'published_by', type: 'text' })
  publishedBy!: string;
}
