import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * One leaf of the tree. All that is said of it follows from `content`: a column beside it could be changed
 * without any hash showing that.
 */
@Entity('entry')
export class EntryEntity {
  @PrimaryColumn({ type: 'bigint' })
  index!: string;

  /** The entry's own id; what arrives twice under one id is sequenced once. */
  @Column({ type: 'text', unique: true })
  id!: string;

  /** A `RecordedEntry` as canonical JSON (RFC 8785); its bytes are what the leaf's hash covers. */
  @Column({ type: 'text' })
  content!: string;
}
