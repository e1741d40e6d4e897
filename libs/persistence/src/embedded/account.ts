import { readFileSync, statSync } from 'node:fs';

/** A user and group, by number, that the server runs as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/**
 * Whom the server must run as: undefined to run as ourselves. Postgres refuses to run as root, so as root we
 * lend it the account that owns the data folder already, or else the system's `nobody`.
 */
export function serverAccount(dataDir: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = ownerOf(dataDir);
  if (owner !== undefined && owner.uid !== 0) return owner;
  return nobody();
}

function ownerOf(path: string): Account | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats && { uid: stats.uid, gid: stats.gid };
}

function nobody(): Account {
  // 65534 is nobody's number on every Linux distribution; macOS says -2, which /etc/passwd shows.
  const fallback = { uid: 65_534, gid: 65_534 };
  try {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((entry) => entry.startsWith('nobody:'));
    const [, , uid, gid] = line?.split(':') ?? [];
    if (uid === undefined || gid === undefined) return fallback;
    return { uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 };
  } catch {
    return fallback;
  }
}
