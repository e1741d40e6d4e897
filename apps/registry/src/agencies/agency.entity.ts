import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('agency')
export class AgencyEntity {
  @PrimaryColumn({ type: 'text' })
  id!: string;

  @Column({ type: 'text' })
  name!: string;

  /** The CloudEvents sources that are this agency's own. */
  @Column({ type: 'text', array: true })
  sources!: string[];

  @Column({ type: 'boolean' })
  oversight!: boolean;
}
