import { In, type EntityManager } from 'typeorm';
import type { EndorsedKey } from '@concordat/agreement';
import { AgencyKeyEntity } from './agency-key.entity.js';
import { KeyRevocationEntity } from './key-revocation.entity.js';

/** Every key of some agencies, in the order in which they became valid, with what was said of each since. */
export async function keysOf(manager: EntityManager, agencies: readonly string[]): Promise<EndorsedKey[]> {
  const rows = await manager.find(AgencyKeyEntity, {
    where: { agency: In([...agencies]) },
    order: { validFrom: 'ASC', kid: 'ASC' },
  });
  return withRevocations(manager, rows);
}

/** The key of a thumbprint. */
export async function keyOf(manager: EntityManager, kid: string): Promise<EndorsedKey | undefined> {
  const row = await manager.findOneBy(AgencyKeyEntity, { kid });
  return row === null ? undefined : (await withRevocations(manager, [row]))[0];
}

async function withRevocations(
  manager: EntityManager,
  rows: readonly AgencyKeyEntity[],
): Promise<EndorsedKey[]> {
  if (rows.length === 0) return [];
  const revocations = await manager.find(KeyRevocationEntity, {
    where: { kid: In(rows.map(({ kid }) => kid)) },
    order: { number: 'ASC' },
  });
  return rows.map((row) =>
    toKey(
      row,
      revocations.filter(({ kid }) => kid === row.kid),
    ),
  );
}

/** The first revocation counts, and the earliest time since which the key is said to be compromised. */
function toKey(row: AgencyKeyEntity, revocations: readonly KeyRevocationEntity[]): EndorsedKey {
  const { agency, use, role, kid, jwk, validFrom, validUntil, endorsement } = row;
  const since = revocations
    .flatMap(({ compromisedSince }) => (compromisedSince === null ? [] : [compromisedSince.toISOString()]))
    .sort()[0];
  const revokedAt = revocations[0]?.revoked.toISOString();
  return {
    agency,
    use,
    role,
    kid,
    jwk,
    validFrom: validFrom.toISOString(),
    ...(validUntil === null ? {} : { validUntil: validUntil.toISOString() }),
    ...(endorsement === null ? {} : { endorsement }),
    ...(revokedAt === undefined ? {} : { revokedAt }),
    ...(since === undefined ? {} : { compromisedSince: since }),
  };
}
