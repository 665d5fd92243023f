import 'node-forge'

/** What node-forge 1.4 has and its type package leaves out. */
declare module 'node-forge' {
  namespace asn1 {
    function fromDer(
      bytes: Bytes,
      options: {decodeBitStrings?: boolean; parseAllBytes?: boolean; strict?: boolean},
    ): Asn1
  }
}
