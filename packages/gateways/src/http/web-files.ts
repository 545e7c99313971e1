import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, posix } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** One file of the web page, in memory and ready to be sent. */
export interface WebFile {
  readonly type: string;
  readonly etag: string;
  /** The name contains a hash of the content, so that it never changes. */
  readonly isImmutable: boolean;
  readonly bytes: Buffer;
  /** Present where it is smaller. */
  readonly gzipped: Buffer | null;
}

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.gif': 'image/gif',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.mp3': 'audio/mpeg',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
};
const COMPRESSIBLE = /^text\/|json|svg/;
// What the bundler appends to the names of its assets.
const HASHED_NAME = /-[A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;
// A page, not an archive: everything is kept in memory.
const TOTAL_BYTES_MAX = 64 * 1024 * 1024;

const compress = promisify(gzip);

/**
 * The built web page, read once. A request looks a path up in this table and never touches the disk, so no path can lead
 * outside the folder (rule GW20).
 */
export class WebFiles {
  readonly #byPath: ReadonlyMap<string, WebFile>;

  private constructor(byPath: ReadonlyMap<string, WebFile>) {
    this.#byPath = byPath;
  }

  /** Errors: throws when the folder can't be read or holds more than a page does. */
  static async load(folder: string): Promise<WebFiles> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const byPath = new Map<string, WebFile>();
    let totalBytes = 0;
    for (const entry of entries) {
      // Links are left out: they could point anywhere.
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      const bytes = await readFile(file);
      totalBytes += bytes.length;
      if (totalBytes > TOTAL_BYTES_MAX) throw new Error(`${folder} holds more than ${TOTAL_BYTES_MAX} bytes`);
      byPath.set(urlPathOf(folder, file), await webFileOf(entry.name, bytes));
    }
    return new WebFiles(byPath);
  }

  /** The file at a URL path; `/` is the page itself. */
  at(path: string): WebFile | undefined {
    return this.#byPath.get(path === '/' ? '/index.html' : path);
  }

  /** The page: what a path inside the application shows. */
  get page(): WebFile | undefined {
    return this.#byPath.get('/index.html');
  }
}

function urlPathOf(folder: string, file: string): string {
  return posix.join('/', file.slice(folder.length).replaceAll('\\', '/'));
}

/** The type is told by the name. */
export async function webFileOf(name: string, bytes: Buffer): Promise<WebFile> {
  const type = TYPES[extname(name).toLowerCase()] ?? 'application/octet-stream';
  const gzipped = COMPRESSIBLE.test(type) ? await compress(bytes) : null;
  return {
    type,
    etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    isImmutable: HASHED_NAME.test(name),
    bytes,
    gzipped: gzipped !== null && gzipped.length < bytes.length ? gzipped : null,
  };
}
