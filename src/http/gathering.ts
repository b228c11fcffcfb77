/** Pieces below this size are copied together: as buffers of their own they take hundreds of bytes each. */
const SMALL = 4096;
const BLOCK = 16_384;

/** A body that comes piece by piece. */
export interface Gathering {
  /** Gives by how many bytes more memory is held than before. */
  add(piece: Buffer): number;
  all(): Buffer;
  /** Nobody needs it any more. */
  drop(): void;
}

/** Gives memory back at once: what comes fast is not collected as fast as it comes. Nobody may look at the bytes afterwards. */
export function letGo(bytes: Buffer): void {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.length) buffer.transfer(0);
}

/** Keeps bytes in few buffers, however small the pieces are that they come in. */
export function gathering(): Gathering {
  const parts: Buffer[] = [];
  let block = Buffer.alloc(0);
  let from = 0;
  let to = 0;
  const close = (): void => {
    if (to > from) parts.push(block.subarray(from, to));
    from = to;
  };
  return {
    add(piece) {
      // most bodies come in one piece
      if (piece.length >= SMALL || (parts.length === 0 && to === 0)) {
        close();
        parts.push(piece);
        return piece.length;
      }
      let held = 0;
      if (block.length - to < piece.length) {
        close();
        block = Buffer.allocUnsafeSlow(BLOCK);
        from = 0;
        to = 0;
        held = BLOCK;
      }
      to += piece.copy(block, to);
      return held;
    },
    all() {
      close();
      if (parts.length === 1) return parts[0]!;
      const whole = Buffer.concat(parts);
      parts.forEach(letGo);
      return whole;
    },
    drop: () => parts.forEach(letGo),
  };
}
