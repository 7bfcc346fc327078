/**
 * Addresses of the documents of scheme `cloudtrail`: a name for the tab, and the id of what is shown in the query.
 *
 * Guarantee: pure; what an address was made of is what parsing it gives back.
 */
import { fileNameOf } from './labels';

export const SCHEME = 'cloudtrail';

export type DocumentKind = 'evidence' | 'record' | 'runbook' | 'blast-radius';

export interface DocumentAddress {
  readonly kind: DocumentKind;
  /** A finding's id, a record's event id, or a session's id. */
  readonly id: string;
}

export interface UriParts {
  readonly scheme: string;
  readonly path: string;
  readonly query: string;
}

const EXTENSIONS: Readonly<Record<DocumentKind, string>> = {
  evidence: 'json',
  record: 'json',
  runbook: 'md',
  'blast-radius': 'md',
};
const KINDS = Object.keys(EXTENSIONS) as readonly DocumentKind[];

export function documentUri(kind: DocumentKind, id: string, title: string): UriParts {
  const path = `/${kind}/${fileNameOf(title)}.${EXTENSIONS[kind]}`;
  return { scheme: SCHEME, path, query: encodeURIComponent(id) };
}

export function documentAddress({ scheme, path, query }: UriParts): DocumentAddress | undefined {
  const kind = KINDS.find((each) => path.startsWith(`/${each}/`));
  if (scheme !== SCHEME || kind === undefined || query === '') return undefined;
  return { kind, id: decodeURIComponent(query) };
}
