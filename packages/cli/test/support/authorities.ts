/**
 * Node's own authorities are read anew for each secure context that trusts others beside them, 50 ms each time; these tests make hundreds, and
 * trust only authorities of their own. That both kinds are trusted is tested where contexts are made, in mutual-tls.
 */
import { setDefaultCACertificates } from "node:tls";

setDefaultCACertificates([]);
