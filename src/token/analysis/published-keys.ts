/**
 * Hash (see `compromisedHash`) to where the private half can be read or computed from. The hashes are ours: SHA-256 over
 * numbers that the named documents print. A key that anybody can look up is no key, however well it is made.
 */
export const PUBLISHED_KEYS: ReadonlyMap<string, string> = new Map([
  ['26d6872d476b20e7eaa7cc894dcbc0', 'it is the example of RFC 7515 appendix A.2'],
  ['c4a8d76ecf5f712a6f98052d967a15', 'it is the example of RFC 7515 appendix A.3'],
  ['08d4c44ed3de00523ff625400c954b', 'it is the example of RFC 7515 appendix A.4'],
  ['d89fbe834d59519ea134fe0c09515f', 'it is the example of RFC 7516 appendix A.1'],
  ['cfd9828d5c4be180a7f4eb8b337257', 'it is the RSA example of RFC 7517 appendix A.2'],
  ['fa0823c601e01670320f579ad4c5c4', 'it is the EC example of RFC 7517 appendix A.2'],
  ['2fa826c24364cd3811e370291c3eec', 'it is the example of RFC 7520 section 3.2'],
  ['91c2c702c0240040ba2a82a55357ac', 'it is the example of RFC 7520 section 3.4'],
  ['0bd066273cdb6e3a8107eedb9e97a3', 'it is the example of RFC 7520 section 5.1'],
  ['764d93fbafa4ff760cdd00e242e1e6', 'it is the example of RFC 7520 section 5.4'],
  ['21fe31dfa154a261626bf854046fd2', 'it is the example of RFC 8037 appendix A.1'],
  ['e744c0791320c3285460eddb523f14', 'it is the example of RFC 8410 section 10.3'],
  ['f9109dc651a11992575b3ec496aded', 'it is the example of RFC 8946 appendix A'],
  ['fdb951624ab42cba5d1f27d2152b78', 'it is a NIST CAVP test vector (RSADP)'],
  ['31c152529eb033a010f8c272fd8d42', 'the Debian random number generator of 2006 to 2008 made it (CVE-2008-0166)'],
  ['c6d0a4deaff09d6dd83bd7d2ae7c96', 'it shares a prime with other published keys (crt.sh 5534506057)'],
  ['828910bbe96701715dd78823dc078f', 'it is the development key that the oidc-provider package ships'],
]);
