// The work a browser does instead of a riddle: SHA-256 over "challenge:n" until enough leading bits are zero. No library, no
// secure context needed: a bureau's intranet serves plain HTTP, where crypto.subtle is missing.
"use strict";
const K = new Uint32Array(64);
(function () { // the first 32 bits of the fractional parts of the cube roots of the first 64 primes
  let n = 0;
  for (let p = 2; n < 64; p++) {
    let prime = true;
    for (let d = 2; d * d <= p; d++) if (p % d === 0) { prime = false; break; }
    if (prime) { const root = Math.cbrt(p); K[n++] = Math.floor((root - Math.floor(root)) * 4294967296); }
  }
})();
const H = new Uint32Array([0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19]);
const W = new Uint32Array(64);

function block(state, bytes, at) {
  for (let i = 0; i < 16; i++) W[i] = (bytes[at + 4 * i] << 24) | (bytes[at + 4 * i + 1] << 16) | (bytes[at + 4 * i + 2] << 8) | bytes[at + 4 * i + 3];
  for (let i = 16; i < 64; i++) {
    const x = W[i - 15], y = W[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    W[i] = (W[i - 16] + s0 + W[i - 7] + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const S1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + S1 + ((e & f) ^ (~e & g)) + K[i] + W[i]) | 0;
    const S0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (S0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
  }
  state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
}

function firstWord(text) {
  const length = text.length, size = ((length + 9 + 63) >> 6) << 6, bytes = new Uint8Array(size);
  for (let i = 0; i < length; i++) bytes[i] = text.charCodeAt(i);
  bytes[length] = 0x80;
  new DataView(bytes.buffer).setUint32(size - 4, length * 8);
  const state = Uint32Array.from(H);
  for (let at = 0; at < size; at += 64) block(state, bytes, at);
  return state[0];
}

self.onmessage = (event) => {
  const { challenge, bits } = event.data;
  for (let n = 0; ; n++) if (firstWord(`${challenge}:${n}`) >>> (32 - bits) === 0) { self.postMessage(String(n)); return; }
};
