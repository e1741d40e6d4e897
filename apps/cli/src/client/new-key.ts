import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';

/** A key pair as JWKs. The private half is for its owner alone; the public half is what gets registered. */
export interface KeyPair {
  readonly privateKey: JWK & { readonly kid: string };
  /** Public members only, as the registry takes it. */
  readonly publicKey: JWK;
}

/** Makes a key pair on this machine. @param algorithm `EdDSA` (Ed25519) or `ES256` (P-256) */
export async function newKeyPair(algorithm: 'EdDSA' | 'ES256' = 'EdDSA'): Promise<KeyPair> {
  const pair = await generateKeyPair(algorithm, { extractable: true });
  const publicKey = await exportJWK(pair.publicKey);
  const kid = await calculateJwkThumbprint(publicKey);
  return { publicKey, privateKey: { ...(await exportJWK(pair.privateKey)), kid } };
}
