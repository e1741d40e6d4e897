import { createPublicKey } from 'node:crypto';

/** The field and the curve of Ed25519 (RFC 8032 §5.1). */
const P = 2n ** 255n - 19n;
const D = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
/** A point of order 8 has this y coordinate, or the negative one. */
const ORDER_8 = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;
/** The points of order 4, 1, 2 and 8. Under such a key one signature holds for any text, made by anybody. */
const SMALL_ORDER: ReadonlySet<bigint> = new Set([0n, 1n, P - 1n, ORDER_8, P - ORDER_8]);

/**
 * Whether 32 bytes are a point that can be an Ed25519 public key: the one encoding of a point of the curve,
 * not of small order. Not every library that verifies signatures asks.
 */
export function isEd25519Point(encoded: Uint8Array): boolean {
  // RFC 8032 §5.1.2: little-endian; the topmost bit is the sign of x.
  const y = BigInt.asUintN(255, BigInt(`0x${Buffer.from(encoded).reverse().toString('hex')}`));
  if (y >= P || SMALL_ORDER.has(y)) return false;
  // §5.1.3: x² = (y² - 1) / (d y² + 1), and u / v is a square where u v is one.
  const u = y * y - 1n;
  const v = D * y * y + 1n;
  return power((u * v) % P, (P - 1n) / 2n) === 1n;
}

/** Whether the coordinates are a point of P-256, which Node checks when it reads a key. */
export function isP256Point(x: string, y: string): boolean {
  try {
    createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
    return true;
  } catch {
    return false;
  }
}

/** Modulo P, by squaring. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let bits = exponent, square = base; bits > 0n; bits >>= 1n, square = (square * square) % P) {
    if (bits & 1n) result = (result * square) % P;
  }
  return result;
}
