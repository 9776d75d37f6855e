/** Keys of rule examples, made for them; the private halves were thrown away but for the one that an example must show. */

/** JWK members as they are written. */
export type ExampleKey = Readonly<Record<string, string | readonly string[]>>;

/** A JWK Set file with one key a line. */
export function keySetText(...keys: readonly ExampleKey[]): string {
  return `{ "keys": [\n${keys.map((key) => `  ${JSON.stringify(key)}`).join(',\n')}\n] }\n`;
}

/** A sound RSA key of 2048 bits. */
export const RSA_GOOD: ExampleKey = {
  kty: 'RSA',
  kid: 'rsa-1',
  use: 'sig',
  alg: 'RS256',
  e: 'AQAB',
  n:
    'u0aKCpgWkqJTRiHXN5bQ-ieQRX6rofxGuFTu6l8pUbU6GyCxbG-' +
    'Osq4RFudg4le4x_JbFdlaw_SLuD_xEpohUCtdMUMmHBxxwX1I6EwiIIalf0-HIvMPkjQ6q1FO-' +
    'GyBsUNfXFo24Xha0fuTlRcwkV_1V-H7vYovpUdFLXhNKAIxpMUXURqvmUgtsK9jbYjsoKEZ7Ma7uyuExFS-aKDFPrRojkNvcWnQv' +
    'AlbT9eATUCgHI96Hq_NCGh5uDFVffQZtaK0lumOe8M3wSjqiwz43a7j7bDoJssMcZOKEozUI7yFibQVGyiLN9tdx0wyXM7xVbDkZ' +
    'WyTvV_dmBvjsV6R7Q',
};

/** An RSA key of 1024 bits. */
export const RSA_1024: ExampleKey = {
  kty: 'RSA',
  kid: 'rsa-1',
  use: 'sig',
  alg: 'RS256',
  e: 'AQAB',
  n:
    '2TScBLeG8fKR0dxhXIp4-sMKZa0OBaUEsNY1OcrygnIS5CowrkMfTB27QpQxu7xUDdHyF0Q9ZDJQXk4rX-' +
    'fE_NBGWENWkICSR3VotC_WWEA-xmtwbIELRSnmyTPJ2m10AxRhH-cE8axfmmApiNlTsbDR09OtWBHlH6uMEvZNSyM',
};

/** An even modulus. */
export const RSA_EVEN: ExampleKey = {
  kty: 'RSA',
  kid: 'rsa-1',
  use: 'sig',
  alg: 'RS256',
  e: 'AQAB',
  n:
    'u0aKCpgWkqJTRiHXN5bQ-ieQRX6rofxGuFTu6l8pUbU6GyCxbG-' +
    'Osq4RFudg4le4x_JbFdlaw_SLuD_xEpohUCtdMUMmHBxxwX1I6EwiIIalf0-HIvMPkjQ6q1FO-' +
    'GyBsUNfXFo24Xha0fuTlRcwkV_1V-H7vYovpUdFLXhNKAIxpMUXURqvmUgtsK9jbYjsoKEZ7Ma7uyuExFS-aKDFPrRojkNvcWnQv' +
    'AlbT9eATUCgHI96Hq_NCGh5uDFVffQZtaK0lumOe8M3wSjqiwz43a7j7bDoJssMcZOKEozUI7yFibQVGyiLN9tdx0wyXM7xVbDkZ' +
    'WyTvV_dmBvjsV6R7g',
};

/** The second prime is the next one after the first. */
export const RSA_CLOSE: ExampleKey = {
  kty: 'RSA',
  kid: 'rsa-1',
  use: 'sig',
  alg: 'RS256',
  e: 'AQAB',
  n:
    'ptArd_jpLcrhifgdc6HfnUbU2N2c9B6Z5cb6P0Vtukw7o67eNrcfAmTaDNNNxE9UB1XgySuvkFwF6bVs0Z6XuXpyUJPWDNcZxV8N' +
    'vA1WxSWE2jOHxqM4sG1DyWQR5Qm4UZd0vib5juaghWiP1b1NYGDtFYdE7tZ02kLuRad449ecqSKg5bYyrDbayvBN-4-' +
    'mUXBWrVCJDxDO-E5uSvicop-dN7p7iOly8HlvntnReprMyGX6jGavTPLkgQF5aMxdgDM49WJnz_tv2clXWXDBjmzZVST8ZhTahSg' +
    'DHLHw_iOUeoSuDAh8N8trME0ELgQDKMOJ6iY90UNemyRIHSemfQ',
};

/** One of two keys that share a prime. */
export const RSA_SHARED_A: ExampleKey = {
  kty: 'RSA',
  kid: 'rsa-a',
  use: 'sig',
  alg: 'RS256',
  e: 'AQAB',
  n:
    '56_CyVaKhp9pHbiAMixl3wVb6jE42OZq58xz5HhYKcbDiEz30JphSxZblzF2MwU0me8qNF2J3VY9-' +
    'wHYgGWR03RxqyswOTdWD033dJZuoGCkXVfPFFop_3aJHVO-Uu-' +
    '41VJsbsXpkVV_buoHsTCR1db0q8DONS8qwzikWs7cNJqF8EDTK1fujiQC4a6EzIrxYHW80_5vQQWqMEk2hr6WNiRahs7NtxIj5PT' +
    'dfJ7j-JFd7ev2GcTP16XA9gCXq2CSWfNCho1QEG29G5BnDO7VmuUOYH9g3Iq-' +
    'Gm1cZ4fBWK5E-k96gJ8XeuFEm-h3O29d92_uU5caanbdOKoIRHmxuQ',
};

/** The other of two keys that share a prime. */
export const RSA_SHARED_B: ExampleKey = {
  kty: 'RSA',
  kid: 'rsa-b',
  use: 'sig',
  alg: 'RS256',
  e: 'AQAB',
  n:
    'whI5AhoSpMdkjkTU2Hjn2JLDy_6LWdNakkS8uM523cusDIYW8AiDOfoFcPgBKkGYWZCsvr58VzU3tBowv_HAcskYzM3QjhfJOBx7' +
    '4nyUynZ1lyG4IQxD3TTeAUnp3kZ5OKc2tB108N9FF3J-WYLTDcW-' +
    'R_wVf4BAf9cloy18nxafAMartAnrkePRQjDcRKmuQgQgJDCwImtgVVqrMpfNse3RpLCGvgsxmMbnAzaKDKl-AEKlYUFphHZnQeDX' +
    'RbVKE1A76bshpcSRydzB69lrrU8v0Igjrr0-0_6mdXhL68yDZHPqQhxJ4mcyqfQKsICgUBiqLDYIxB9Rv5649YODEw',
};

/** Primes of the form that the Infineon library made. */
export const RSA_ROCA: ExampleKey = {
  kty: 'RSA',
  kid: 'rsa-1',
  use: 'sig',
  alg: 'RS256',
  e: 'AQAB',
  n:
    'nh_FROpvn-NdnlmlcKKvgFXgyu9A6dJHZW34JP50S2EpZM_qCoB_rmBzYtj_wwA13IKNZkSAhjAr3LFTurCm1W6xgyoTH9yjBoUR' +
    'AuohnmyJITTDDzImVKUiRWDxK0dclC-_jxoyKW3d7Oqp62F5isHfQEdxYlnZ_vlzaf8rtOkQFysAE2sdXMtBXr7DZ0mdsZLJel86' +
    '-IwVOo767XupWE2QkZe0eoNS80_CX5ZZrb-CPLuuaYKEmAdhrrjZqphPAa9lhfSoYrTNPoLp96qncZYwaV6qJYOqgvwWrZTx-' +
    'J3_3KOoBt9OVxyoflvag6Kt6Mrb1NwZmCAy__ju693e2w',
};

/** A key whose exponents were swapped: the private one is 65537 or a little more. */
export const RSA_SMALL_D: ExampleKey = {
  kty: 'RSA',
  kid: 'rsa-1',
  use: 'sig',
  alg: 'RS256',
  e:
    'SdHequBEhD7CX6umqd4KHjL9fTKhpL9TD31-aSDdRWnl7INRmGBCnVzPlyn2wYCGzSH2KrFrWSFwnWYp6sudWdt2qmC8_kADKp-b' +
    'TERLnsuQID6u1YQLF1PiMwk34ZXpdD-' +
    '7iRW33pLvg0hyMrPjPoLWS23NBbwiAJvWA41nBGQWaoqMjDnkdDE8r5SdBBhzYLZYHHQ9GdSl6WnT0tRjT6PFx8ca8H9yq_PqYe7' +
    '1wkxtLeDcX8PvM9jLBZYESoxQ9hWfdo8Uqdn2ynkT5oK6bV9VkCC_CMJewXSP1utbolHQnUKSxwF6-' +
    'pJ3qfRFZ0UuXnYh3ktOI61TGMR_Uul1UQ',
  n:
    'uz-BxqkCX4dDkZovmDU6IlphUiaSQn58sZnxno4Mhtz3uwz9phIzjxRkCJ2jydCAtH8i0HI0AQnL-Fa13axQ8gH3jnwk97d8SSaI' +
    'URXTqVB5ZOx7QsfQ8wUZG1TGO5sp9o8sIS9wurMaTwIV44tW6M44CzeUeIkgu_94m3mM50vntYFnpKqUE3-' +
    '87K4U25Vvc4S3vtTIJWodGnrk8wvaMOP1lxdCi-C4UXS4QwdVMeL0jnNjL3uA3gC5KlLrqRV-RY-' +
    'hfAuHMVyKa3BK5wGluKlvBMRQsVJ9-a9h3AN9W-QeYw2-8dJP2l82pKAeU_mNZ16FYJ0HQGF14S1FBwSYew',
};

/** Primes that are the next ones after a round number. */
export const RSA_BIASED: ExampleKey = {
  kty: 'RSA',
  kid: 'rsa-1',
  use: 'sig',
  alg: 'RS256',
  e: 'AQAB',
  n:
    'qaEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' +
    'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABTFiAAAAAAAAAAAAAAAAAAAAAAAAAAAA' +
    'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' +
    'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAlWsQ',
};

/** A sound EC key. */
export const EC_GOOD: ExampleKey = {
  kty: 'EC',
  kid: 'ec-1',
  use: 'sig',
  alg: 'ES256',
  crv: 'P-256',
  x: 'Yy4e-Zb82wsTk7AduIHNMpA9e8byfYu7gBOEbbV7nSM',
  y: 'hhOanFv-WBWW9trSLjYavqvzos2I8ndkK_CBxGwJX_4',
};

/** Another sound EC key. */
export const EC_OTHER: ExampleKey = {
  kty: 'EC',
  kid: 'ec-2',
  use: 'sig',
  alg: 'ES256',
  crv: 'P-256',
  x: 'LTWAzzMXHH3_1ZDtRQt_rgDfZyy92GAXFpJry8IyIdg',
  y: 'IRq09hPWypRxDmcsdskM7jslLgZfygM_5fcsJYRQupE',
};

/** A sound Ed25519 key. */
export const ED_GOOD: ExampleKey = {
  kty: 'OKP',
  kid: 'ed-1',
  use: 'sig',
  alg: 'Ed25519',
  crv: 'Ed25519',
  x: 'dD0jtET9acne2FwkJTH5-elna18a8WxiQjVaaFOgVvI',
};

/** An EC key with its private half, made to be thrown away. */
export const EC_PRIVATE: ExampleKey = {
  kty: 'EC',
  kid: 'ec-1',
  use: 'sig',
  alg: 'ES256',
  crv: 'P-256',
  x: 'mnc_8FArpo8OP23yarr8ruWP01Ukp1iq-7QSdm4oAYU',
  y: 'H6ckhDa7ku73O3Ecu-prRorL15-mS7Rn3aPE_4Z-iSE',
  d: 'y8TaCxCRkXCvlzZ-y06-LPgB8cMTXiSTzeTlcUeZuys',
};

/** A key whose certificates are below. */
export const EC_CERTIFIED: ExampleKey = {
  kty: 'EC',
  kid: 'ec-3',
  use: 'sig',
  alg: 'ES256',
  crv: 'P-256',
  x: 'hsUzj1UwZXUsENfAex2S8MdtdHQdaq_CTN8RZWMKNGk',
  y: 'ASVXGlc33RzeSEm9PWfqQJh-0eYblCVyNNenYxevLpo',
};

/** The certificate of that key, valid from 2025 to 2034. */
export const EC_CERTIFICATE: string =
  'MIIBGTCBwAIBATAKBggqhkjOPQQDAjAZMRcwFQYDVQQDDA5pZC5leGFtcGxlLmNvbTAeFw0yNTAxMDEwMDAwMDBaFw0zNTAxMDEwMDAwMDBaMBkx' +
  'FzAVBgNVBAMMDmlkLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEhsUzj1UwZXUsENfAex2S8MdtdHQdaq/CTN8RZWMKNGkB' +
  'JVcaVzfdHN5ISb09Z+pAmH7R5huUJXI016djF68umjAKBggqhkjOPQQDAgNIADBFAiB4/miJF3G5gl9uNInO/DW/V6bGREX/FQkMyMZgzS5WjQIh' +
  'AOzvkxj+heoC9lx4zuHg0NpOVi0uvKTbdkdHo0nODb9F';

/** Its SHA-256 thumbprint. */
export const EC_CERTIFICATE_S256: string = '9iUWOlPvmleh5VNf0vFaDao1vHipmBl7qEKmKNDnTh4';

/** A certificate of the same key that ended in 2024. */
export const EC_CERTIFICATE_OLD: string =
  'MIIBGDCBwAIBAjAKBggqhkjOPQQDAjAZMRcwFQYDVQQDDA5pZC5leGFtcGxlLmNvbTAeFw0yMDAxMDEwMDAwMDBaFw0yNDAxMDEwMDAwMDBaMBkx' +
  'FzAVBgNVBAMMDmlkLmV4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEhsUzj1UwZXUsENfAex2S8MdtdHQdaq/CTN8RZWMKNGkB' +
  'JVcaVzfdHN5ISb09Z+pAmH7R5huUJXI016djF68umjAKBggqhkjOPQQDAgNHADBEAiAdukydrfRLnZ9G5fVRyElzgQ7lvIDR6s24kkYbozPRfAIg' +
  'eCpYvRcHo1lGOVbHFl9jyHilXaQOVs8MMqZe1I5ZcOo=';

/** An EC key on the curve of Bitcoin. */
export const EC_KOBLITZ: ExampleKey = {
  kty: 'EC',
  kid: 'ec-1',
  use: 'sig',
  alg: 'ES256K',
  crv: 'secp256k1',
  x: '-dZMwglTBlQgxUjKQbsHosQc1aOoUKga9jLu6--EtMQ',
  y: 'BvWoiTHQ_G5_N0uFXhfSfxc7jt1zW3lO11S8raRs5pw',
};

/** An RSA key of 2060 bits. */
export const RSA_ODD_SIZE: ExampleKey = {
  kty: 'RSA',
  kid: 'rsa-1',
  use: 'sig',
  alg: 'RS256',
  e: 'AQAB',
  n:
    'DYgvcxygrSnS8ZO8I6RcPj2bJ_r0h_VYLCqntjjfxYshUB9_MrUTjVqTk6jh7hqEd532XsR1-SQ07vx0V2q5LvQsXdDnHttq-rIf' +
    'fb8GCr73lVK5HOjMSpeCt-CkfpewaAsqRYFXuTw3L88YL0xbdI6n3gY4iGcHASOqCNXHlUAZezebmN9SIZwagLqpscACDY9tQqoW' +
    'QXA1CsaVSzVy3-SzfYXIzcTKjv-iDvXPazJRkxC5Ow-S4MQpkdSfSrkIcKx-3eCzsEWkZwETrY2LSXRbV5051k7PEUfsc8QD5P2j' +
    'NnlCr_Xgwdp426022GaotKFaSbCLslS60La7LqNnVErv',
};

/** Another RSA key, for encryption. */
export const RSA_FOR_ENCRYPTION: ExampleKey = {
  kty: 'RSA',
  kid: 'rsa-2',
  use: 'enc',
  alg: 'RSA-OAEP',
  e: 'AQAB',
  n:
    'zjfkDpmsMKeJj4xUSbnFvdeVTT1x5mljP7JdshDRa3kUY2RMh_PGmAjoSfTZqoOM0NXJIK1YvJAnobHJGm1GcEhmUl7UA21lt15R' +
    'E3jV1XCIuQ7ri_LD4RDpnsukdJVWVrn3wPbOUm3K7Wb6TCO_WmEq46rJYsI1aakyT869B_H0Py07y5dlzLmhEsspdSGdtjqU-BC_' +
    'NL4enJHeK08P7mxz4SzStOh9txhR6rzkiXZ_8eno65tTkoMVQC-B3gEaXEok1Rs7byWDIlKJBx6mAsVvpPNTZXsjIaEbolEOfGBY' +
    'WT5emZB6HLtxJ4DUz2uzHjEcq8BtQ8AzBlfI4nIt-Q',
};
