/**
 * The public contract of kiwi: tasks, RPC and broadcasts behind one
 * {@link dev.kiwi.KiwiCommunicator}. Everything here may be used from any thread.
 */
@NullMarked
package dev.kiwi;

import org.jspecify.annotations.NullMarked;
