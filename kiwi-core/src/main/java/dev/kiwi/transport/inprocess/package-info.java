/**
 * The reference transport: everything in this process, nothing durable.
 */
@NullMarked
package dev.kiwi.transport.inprocess;

import org.jspecify.annotations.NullMarked;
