/**
 * What a transport must do, and nothing about how. A transport moves envelopes and keeps
 * them safe; every decision is the engine's.
 * <p>
 * Threads: a transport may call a {@link dev.kiwi.transport.TransportListener} and
 * complete its futures on its own input/output threads; the engine returns from both at
 * once and never blocks there. Every method of a transport may be called from any thread.
 */
@NullMarked
package dev.kiwi.transport;

import org.jspecify.annotations.NullMarked;
