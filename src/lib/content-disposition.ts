/**
 * Value of Content-Disposition for a download. Generated C# and Java clients take what follows `filename=` up to the
 * first blank or quote and want it last in the header; so the exact name, where it differs, stands before it (RFC 5987).
 */
export function attachment(fileName: string): string {
  const plain = fileName.replaceAll(/[^\x21-\x7e]|["\\;,]/g, '_');
  if (plain === fileName) return `attachment; filename=${plain}`;
  const exact = encodeURIComponent(fileName).replaceAll(
    /['()*!]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename*=UTF-8''${exact}; filename=${plain}`;
}
