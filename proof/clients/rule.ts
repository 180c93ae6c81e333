import type { Finder } from './finders.js';
import type { Published } from './published.js';

/** What a client asks of every server. */
export interface Rule {
  /** What the client asks for. */
  rule: string;
  /** How this server meets it; a function where that has numbers in it. */
  met: string | ((published: Published) => string);
  /** A link, in Markdown. */
  source: string;
  broken: Finder;
}
