import type { EntityManager } from 'typeorm';
import {
  traceAgencies,
  type AgreementToVerify,
  type EndorsedKey,
  type TracedKeys,
} from '@concordat/agreement';
import { keysOf } from '../keys/read-keys.js';
import { AgreementNoticeEntity } from './agreement-notice.entity.js';
import { AgreementSignatureEntity } from './agreement-signature.entity.js';
import { AgreementEntity } from './agreement.entity.js';

/** All that the database keeps of one agreement, and the keys of everybody who could have signed any of it. */
export interface History {
  readonly id: string;
  /** By number; at least one. */
  readonly versions: readonly AgreementEntity[];
  /** In the order of arrival. */
  readonly signatures: readonly AgreementSignatureEntity[];
  /** In the order of arrival. */
  readonly notices: readonly AgreementNoticeEntity[];
  readonly keys: readonly EndorsedKey[];
}

/** @returns `undefined` when there is no agreement of this id */
export async function readHistory(manager: EntityManager, id: string): Promise<History | undefined> {
  const versions = await manager.find(AgreementEntity, { where: { id }, order: { version: 'ASC' } });
  if (versions.length === 0) return undefined;
  const signatures = await manager.find(AgreementSignatureEntity, {
    where: { id },
    order: { number: 'ASC' },
  });
  const notices = await manager.find(AgreementNoticeEntity, { where: { id }, order: { number: 'ASC' } });
  const keys = await keysOf(manager, [...new Set(versions.flatMap(({ parties }) => parties))]);
  return { id, versions, signatures, notices, keys };
}

/** As the kernel verifies it. */
export const toVerify = ({ id, versions, signatures, notices }: History): AgreementToVerify => ({
  id,
  versions: versions.map(({ version, content }) => ({
    version,
    text: content,
    signatures: signatures.filter((one) => one.version === version).map(toSignature),
  })),
  notices: notices.map((notice) => ({ text: notice.content, signature: toSignature(notice) })),
});

export const toSignature = ({
  header,
  signature,
}: Pick<AgreementSignatureEntity, 'header' | 'signature'>): { protected: string; signature: string } => ({
  protected: header,
  signature,
});

/** Which keys are believed: as enforcers do it, but for those that their operators were told. */
export const believed = (keys: readonly EndorsedKey[], now: Date): Promise<TracedKeys> =>
  traceAgencies(keys, new Map(), now.toISOString());
