import type { AdapterPayload } from 'oidc-provider';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Something that the authorisation server remembers until it expires. */
@Entity('artifact')
export class ArtifactEntity {
  @PrimaryColumn({ type: 'text' })
  model!: string;

  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'jsonb' })
  payload!: AdapterPayload;

  @Column({ name: 'grant_id', type: 'text', nullable: true })
  grantId!: string | null;

  @Column({ type: 'timestamptz', nullable: true })
  expires!: Date | null;
}
