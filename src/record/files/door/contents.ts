/** What lies in the store, and for how long. */

export { clearContents as clear, letGoOfContents as letGo, sweepContents as sweep } from '../clear-contents.ts';
