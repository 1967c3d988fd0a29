// Odd constants with well-spread bits, for multiplicative hashing.
@inline export const K1: u64 = 0x9e3779b97f4a7c15;
@inline export const K2: u64 = 0xd6e8feb86659fd93;
@inline export const K3: u64 = 0xc2b2ae3d27d4eb4f;
@inline export const K4: u64 = 0xa0761d6478bd642f;
