/** Encrypts or decrypts data with RC4, which old PDF files use and Web Crypto lacks. */
export function applyRc4(key: Uint8Array, data: Uint8Array): Uint8Array {
  const state = Uint8Array.from({ length: 256 }, (_, index) => index);
  const swap = (left: number, right: number) => {
    const held = state[left] ?? 0;
    state[left] = state[right] ?? 0;
    state[right] = held;
  };
  for (let at = 0, other = 0; at < 256; at++) {
    other = (other + (state[at] ?? 0) + (key[at % key.length] ?? 0)) & 0xff;
    swap(at, other);
  }
  const result = new Uint8Array(data.length);
  let left = 0;
  let right = 0;
  for (let at = 0; at < data.length; at++) {
    left = (left + 1) & 0xff;
    right = (right + (state[left] ?? 0)) & 0xff;
    swap(left, right);
    const sum = ((state[left] ?? 0) + (state[right] ?? 0)) & 0xff;
    result[at] = (data[at] ?? 0) ^ (state[sum] ?? 0);
  }
  return result;
}
