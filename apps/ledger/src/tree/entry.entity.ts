import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One leaf of the tree. */
@Entity('entry')
export class EntryEntity {
  @PrimaryColumn({ type: 'bigint' })
  index!: string;

  /** The entry's own id; what arrives twice under one id is sequenced once. */
  @Column({ type: 'text', unique: true })
  id!: string;

  /** Canonical JSON (RFC 8785); its bytes are what the leaf's hash covers. */
  @Column({ type: 'text' })
  content!: string;

  /** The agencies that the entry is about: whose officers may read it. */
  @Column({ type: 'text', array: true })
  parties!: string[];

  /** When it was sequenced. */
  @Column({ type: 'timestamptz' })
  recorded!: Date;
}
