/**
 * The one communicator: correlation, time-outs, filters, codec, dispatch to handlers and
 * the decision what becomes of a task, over whatever transport is beneath.
 */
@NullMarked
package dev.kiwi.engine;

import org.jspecify.annotations.NullMarked;
