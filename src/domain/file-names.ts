import { invalidRequest } from './errors.ts';

/** What follows the last `/` or `\`: some clients send the full path of their own machine. */
export const baseName = (path: string): string =>
  path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);

/** The name itself when it can only mean a file directly in a folder; otherwise a 400 that names `field`. */
export function plainFileName(name: string, field: string): string {
  const plain = name !== '' && name !== '.' && name !== '..' && !/[/\\\u0000-\u001f\u007f]/.test(name);
  if (!plain || new TextEncoder().encode(name).length > 255)
    throw invalidRequest(
      'A file name must have 1 to 255 bytes, must not be . or .. and must not contain /, \\ or control characters.',
      field,
    );
  return name;
}
