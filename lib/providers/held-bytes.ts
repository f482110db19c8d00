/**
 * Memory for bytes that are held while a stream is open. It is not of Node's pool, where a few bytes hold on to the whole
 * piece of the pool that they were cut from.
 */
export function heldBytes(length: number): Buffer {
  return Buffer.allocUnsafeSlow(length);
}

/** A copy of these bytes alone: a view would hold on to all that came with them. */
export function heldCopy(bytes: Uint8Array): Buffer {
  const copy = heldBytes(bytes.length);
  copy.set(bytes);
  return copy;
}
