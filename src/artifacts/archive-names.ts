import { PlinthError } from '../domain/errors.ts';

const maxNameBytes = 1024;
const maxPartBytes = 255;

/** Throws InvalidRequest when a path must not stand in an archive: only plain relative names do, with `/` between parts. */
export function checkArchiveName(name: string): void {
  const parts = name.split('/');
  const plain = parts.every((part) => part !== '' && part !== '.' && part !== '..');
  if (!plain || /[\\\u0000-\u001f\u007f\ufffd]/.test(name) || !name.isWellFormed())
    throw new PlinthError(
      'InvalidRequest',
      `The archive cannot hold a file called ${JSON.stringify(name)}: names are relative, in UTF-8, and have no "..", backslash or control character. Rename the file.`,
    );
  if (Buffer.byteLength(name) > maxNameBytes || parts.some((part) => Buffer.byteLength(part) > maxPartBytes))
    throw new PlinthError(
      'InvalidRequest',
      `The archive cannot hold a file whose path has more than ${maxNameBytes} bytes or a part of more than ${maxPartBytes}: ${JSON.stringify(name.slice(0, 60))}…`,
    );
}
